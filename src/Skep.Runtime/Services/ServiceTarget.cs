using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Services;

/// <summary>Where a call to an entrypoint goes: another script's, looked up when it is delivered, or one of the caller's own version.</summary>
internal sealed class ServiceTarget
{
    /// <summary>Workers that may call each other in one chain
    /// (https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/#limits).</summary>
    private const int MostDepth = 32;

    private readonly Worker caller;
    private readonly string? binding;
    private readonly string? service;

    private ServiceTarget(Worker caller, string? binding, string? service, string? entrypoint, CallerProps? props)
    {
        this.caller = caller;
        this.binding = binding;
        this.service = service;
        Entrypoint = entrypoint;
        Props = props;
    }

    public string? Entrypoint { get; }

    public CallerProps? Props { get; }

    /// <summary>The Durable Object that is called; null when it is a worker.</summary>
    public ObjectAddress? Object { get; private init; }

    /// <summary>Who takes events in their order to Durable Objects.</summary>
    public ObjectMailboxes Mailboxes => caller.Runtime.Mailboxes;

    /// <summary>Who knows where Durable Objects are.</summary>
    public IObjectDirectory Objects => caller.Services.Objects!;

    /// <summary>Reads the three arguments from <paramref name="at"/> on (<c>js/rpc/ops.ts</c>): the binding's name, or an empty one, the
    /// own entrypoint's name and its props, or a Durable Object's id and its name; and counts the call.</summary>
    public static ServiceTarget Read(in OpCall call, int at, out int depth)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        depth = invocation.Depth + 1;
        if (depth > MostDepth)
        {
            throw JsException.Plain("Subrequest depth limit exceeded. This request recursed through Workers too many times. This can happen e.g. if you have a Worker or Durable Object that calls other Workers or objects recursively.");
        }

        invocation.CountSubrequest();
        var name = call[at].ToString();
        if (name.Length == 0)
        {
            var bytes = call[at + 2].Bytes;
            return new ServiceTarget(isolate.Worker, null, null, call[at + 1].ToString(), bytes.Length == 0 ? null : new CallerProps(null, bytes.ToArray()));
        }

        if (FindNamespace(isolate.Worker, name) is { } namespaceId)
        {
            var called = call[at + 2].Bytes;
            return new ServiceTarget(isolate.Worker, null, null, null, null)
            {
                Object = new ObjectAddress(namespaceId, call[at + 1].ToString(), called.Length == 0 ? null : Encoding.UTF8.GetString(called)),
            };
        }

        foreach (var each in isolate.Worker.Version.Bindings)
        {
            if (each is ServiceBinding found && found.Name == name)
            {
                return new ServiceTarget(isolate.Worker, name, found.Service, found.Entrypoint, found.PropsJson is { } json ? new CallerProps(json) : null);
            }
        }

        throw JsException.Type($"There is no service binding \"{name}\".");
    }

    /// <summary>The namespace that a name means to <c>js/durable-objects</c>: a binding's, or a line feed and a class of the version; null when it
    /// is another binding.</summary>
    public static string? FindNamespace(Worker worker, string name)
    {
        if (name[0] == '\n')
        {
            foreach (var each in worker.Version.ObjectClasses)
            {
                if (name.AsSpan(1).SequenceEqual(each.ClassName)) return each.NamespaceId;
            }
        }

        foreach (var each in worker.Version.Bindings)
        {
            if (each is ObjectNamespaceBinding found && found.Name == name) return found.NamespaceId;
        }

        return null;
    }

    /// <summary>Hands an event to the worker that answers now.</summary>
    /// <returns>Why there is none; null when it was handed over.</returns>
    public WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver)
    {
        if (service is null)
        {
            // The caller's own invocation keeps it.
            deliver(caller, given);
            return null;
        }

        while (caller.Services.Workers?.Find(service, request) is { } served)
        {
            if (!served.TryEnter()) continue;
            try
            {
                deliver(served.Worker, given);
            }
            finally
            {
                served.Leave();
            }

            return null;
        }

        return new WorkerError(
            WorkerErrorCode.Exception,
            $"The service binding \"{binding}\" leads to the Worker \"{service}\", which is not deployed. Deploy it, or remove the binding.");
    }
}
