using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Runtime.Fetch;
using Skep.Runtime.Tracing;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

// The objects of the host that its JavaScript knows by number.
internal sealed partial class WorkerIsolate
{
    /// <summary>What code is told that touches another request's objects, in Workers' words.</summary>
    public const string ForeignInvocation =
        "Cannot perform I/O on behalf of a different request. I/O objects (such as streams, request/response bodies, and others) created in the context of one request handler cannot be accessed from a different request's handler. This is a limitation of Cloudflare Workers which allows us to improve overall performance.";

    private readonly List<IInvocationResources> resources = [];

    /// <summary>The isolate's table of a kind; made by the first who asks.</summary>
    public T Resources<T>(Func<WorkerIsolate, T> create)
        where T : class, IInvocationResources
    {
        foreach (var each in resources)
        {
            if (each is T known) return known;
        }

        var made = create(this);
        resources.Add(made);
        return made;
    }

    /// <summary>The invocation with this number. Called by ops.</summary>
    public Invocation FindInvocation(int id)
    {
        var found = invocations.Find(id) ?? throw JsException.Plain(ForeignInvocation);
        Touch(found);
        return found;
    }

    /// <summary>A turn changed an invocation that is not the turn's own, as when a promise that several requests wait for is
    /// settled: it too is looked at afterwards.</summary>
    public void Touch(Invocation invocation)
    {
        var context = invocation.Context;
        if (invocation != Current && !touched.Contains(invocation)) touched.Add(invocation);
        if (context != invocation && context != Current?.Context && !touched.Contains(context)) touched.Add(context);
    }

    /// <summary>The invocation on whose behalf an op does I/O: the one whose asynchronous context the calling code runs in, which
    /// need not be the one whose turn it is.</summary>
    public Invocation RequireInvocation()
    {
        if (Current?.Context is { } current) return Engine.AsyncEvent is var id && (id == current.Id || id < 0) ? current : FindInvocation(id).Context;
        throw JsException.Plain(
            "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random values are not allowed within global scope. To fix this error, perform this operation within a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/");
    }

    /// <summary>The gate that lets in what the calling code begins for an invocation.</summary>
    public InputGate? GateOf(Invocation invocation) => Current?.Context == invocation ? CurrentGate ?? invocation.Input : invocation.Input;

    /// <summary>The storage of the Durable Object whose code calls, which knows it by the number of its context.</summary>
    public IObjectStorage StorageOf(int id)
    {
        var asked = invocations.Find(id);
        if (asked?.Storage is { } storage && RequireInvocation() == asked) return storage;
        throw JsException.Plain(asked is null
            ? "The Durable Object's code that is storing has ended: the object was reset."
            : "Cannot perform I/O on behalf of a different Durable Object. I/O objects (such as streams, request/response bodies, and others) created in the context of one Durable Object cannot be accessed from a different Durable Object in the same isolate. This is a limitation of Cloudflare Workers which allows us to improve overall performance.");
    }

    /// <summary>A string, or undefined for none.</summary>
    public JsArgument NewOptionalString(string? text) => text is null ? JsArgument.Undefined : Engine.NewString(text);

    /// <summary>Where what the calling code says is recorded, by its asynchronous context; null when nobody wants it.</summary>
    public TraceRecorder? TraceOfCaller
    {
        get
        {
            if (Current is not { } current) return null;
            var id = Engine.AsyncEvent;
            return (id < 0 || id == current.Context.Id ? current : invocations.Find(id) ?? current).Trace;
        }
    }

    /// <summary>A caller's props as the layer takes them: JSON, or bytes of structured cloning.</summary>
    public JsArgument NewProps(CallerProps? props)
    {
        if (props is null) return JsArgument.Undefined;
        if (props.Json is { } json) return Engine.NewString(json);
        var bytes = Engine.NewBytes(props.Serialized.Length, out var memory);
        props.Serialized.Span.CopyTo(memory);
        return bytes;
    }

    /// <summary>The body with this number.</summary>
    public HostBody FindBody(int id) => Bodies.Find(id) ?? throw JsException.Type("The body has been used or cancelled already.");

    /// <summary>The body with this number, whose rest the caller consumes.</summary>
    public HostBody TakeBody(int id) => Bodies.Remove(id) ?? throw JsException.Type("The body has been used or cancelled already.");

    /// <summary>The sink with this number.</summary>
    public HostSink FindSink(int id) => Sinks.Find(id) ?? throw JsException.Plain("Network connection lost.");

    /// <summary>Sends what an invocation's streams wrote in small pieces.</summary>
    public void FlushSinks(Invocation invocation)
    {
        if (Sinks.Count == 0) return;
        foreach (var sink in Sinks.ToList())
        {
            if (sink.Owner == invocation) sink.FlushSmall();
        }
    }

    /// <summary>Gives up the bodies, sockets, sinks, coders and WebSockets of an invocation that ends.</summary>
    public void CloseBodies(Invocation invocation)
    {
        Coders.CloseFor(invocation);
        WebSockets.CloseFor(invocation);
        HtmlDocuments.CloseFor(invocation);
        foreach (var each in resources) each.CloseFor(invocation);
        if (Sockets.Count > 0)
        {
            foreach (var (id, socket) in Sockets.ToPairs())
            {
                if (socket.Owner != invocation) continue;
                Sockets.Remove(id);
                socket.Abort();
            }
        }

        if (Bodies.Count > 0)
        {
            foreach (var (id, body) in Bodies.ToPairs())
            {
                if (body.Owner != invocation) continue;
                Bodies.Remove(id);
                body.Cancel();
            }
        }

        if (Sinks.Count == 0) return;
        foreach (var (id, sink) in Sinks.ToPairs())
        {
            if (sink.Owner != invocation) continue;
            Sinks.Remove(id);
            sink.Close("The request ended.");
        }
    }

    public void Add(Invocation invocation)
    {
        invocation.Id = invocations.Add(invocation);
        if (Worker.Traces is { IsAny: true }) invocation.BeginTrace();
    }

    public void Remove(Invocation invocation)
    {
        invocations.Remove(invocation.Id);
        Timers.RemoveFor(invocation);
        Worker.OnInvocationEnded();
    }
}
