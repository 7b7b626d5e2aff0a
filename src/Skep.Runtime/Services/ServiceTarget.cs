using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Services;

/// <summary>Where a call to an entrypoint goes.</summary>
/// <param name="entrypoint">The named entrypoint, or null for the default export.</param>
/// <param name="props">What it sees as <c>ctx.props</c>.</param>
internal abstract class ServiceTarget(string? entrypoint, CallerProps? props)
{
    /// <summary>Workers that may call each other in one chain
    /// (https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/#limits).</summary>
    private const int MostDepth = 32;

    /// <summary>What whoever goes deeper is told.</summary>
    public const string TooDeep =
        "Subrequest depth limit exceeded. This request recursed through Workers too many times. This can happen e.g. if you have a Worker or Durable Object that calls other Workers or objects recursively.";

    public string? Entrypoint { get; } = entrypoint;

    public CallerProps? Props { get; } = props;

    /// <summary>What the caller decides about the invocation, or null.</summary>
    public InvocationTerms? Terms { get; init; }

    /// <summary>The callee does not see where the client's request came from.</summary>
    public virtual bool HidesCf => false;

    /// <summary>Events are delivered where they are made, within the caller's turn: they only wait there. Else they go when the turn has ended.</summary>
    public virtual bool IsAtHand => false;

    /// <summary>Whether so many workers may have handed on an event.</summary>
    public static bool IsTooDeep(int depth) => depth > MostDepth;

    /// <summary>The Durable Object that is called; null when it is a worker.</summary>
    public virtual ObjectAddress? Object => null;

    /// <summary>Who takes events in their order to Durable Objects, of a target that is one.</summary>
    public virtual ObjectMailboxes Mailboxes => throw new InvalidOperationException("The target is no Durable Object.");

    /// <summary>Who knows where Durable Objects are, of a target that is one.</summary>
    public virtual IObjectDirectory Objects => throw new InvalidOperationException("The target is no Durable Object.");

    /// <summary>Reads the three arguments from <paramref name="at"/> on (<c>js/rpc/ops.ts</c>): the binding's name, an empty one, or the
    /// number of a target; the own entrypoint's name and its props, or a Durable Object's id and its name; and counts the call.</summary>
    public static ServiceTarget Read(in OpCall call, int at, out int depth)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        depth = invocation.Depth + 1;
        if (IsTooDeep(depth)) throw JsException.Plain(TooDeep);
        invocation.CountSubrequest();
        return Find(in call, at);
    }

    /// <summary>As <see cref="Read"/>, of a target that is not called now.</summary>
    public static ServiceTarget Find(in OpCall call, int at)
    {
        var isolate = call.State<WorkerIsolate>();
        if (call[at].Kind == JsKind.Int32) return ServiceTargets.Of(isolate).Find(call[at].Int32, isolate.RequireInvocation());
        var name = call[at].ToString();
        if (name.Length == 0)
        {
            var bytes = call[at + 2].Bytes;
            return new OwnTarget(isolate.Worker, call[at + 1].ToString(), bytes.Length == 0 ? null : new CallerProps(null, bytes.ToArray()))
            {
                Terms = TermsOfItself(isolate),
            };
        }

        if (FindNamespace(isolate.Worker, name) is { } namespaceId)
        {
            var called = call[at + 2].Bytes;
            ObjectAddress address = new(namespaceId, call[at + 1].ToString(), called.Length == 0 ? null : Encoding.UTF8.GetString(called));
            return new ObjectTarget(isolate.Worker, address) { Terms = TermsOfItself(isolate) };
        }

        foreach (var each in isolate.Worker.Version.Bindings)
        {
            if (each is ServiceBinding found && found.Name == name) return new BoundTarget(isolate.Worker, found);
        }

        throw JsException.Type($"There is no service binding \"{name}\".");
    }

    // Else a worker would be free of its caller's terms by calling itself, or an object of its own.
    private static InvocationTerms? TermsOfItself(WorkerIsolate isolate) =>
        isolate.RequireInvocation().Terms is { } terms ? terms with { Environment = default } : null;

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

    /// <summary>What another worker is given in the place of a stub of this.</summary>
    /// <exception cref="JsException">Nobody else may have one.</exception>
    public abstract RpcService Refer();

    /// <summary>Hands an event to the worker that answers now.</summary>
    /// <returns>Why there is none; null when it was handed over.</returns>
    public abstract WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver);

    /// <summary>A reference, unless the terms of whoever calls it would be lost with it.</summary>
    protected RpcService ReferWithoutTerms(RpcService service) => Terms is null ? service : throw Untransferable();

    /// <summary>Nobody else may have a stub of a user Worker, or of what is called on its behalf: its terms are those of its caller.</summary>
    protected static JsException Untransferable() => new(
        "DataCloneError",
        "Stubs of user Workers of a dispatch namespace, and those that user Workers have, cannot be transferred to other Workers, which would not keep to the limits and the outbound Worker of the dispatch. Instead, expose an entrypoint which forwards to the user Worker.");

    /// <summary>False when the worker has left service and must be looked up again.</summary>
    protected static bool TryHand<TEvent>(IServedWorker served, TEvent given, Action<IWorker, TEvent> deliver)
    {
        if (!served.TryEnter()) return false;
        try
        {
            deliver(served.Worker, given);
        }
        finally
        {
            served.Leave();
        }

        return true;
    }
}
