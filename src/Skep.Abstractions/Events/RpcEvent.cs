using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;

namespace Skep.Abstractions.Events;

/// <summary>A session of calls with an entrypoint. It begins with one call, and lasts as long as that call, whatever came of it that the
/// caller can still call, and what the callee waits for itself.</summary>
public abstract class RpcEvent
{
    /// <summary>The named entrypoint, or null for the default export.</summary>
    public abstract string? Entrypoint { get; }

    /// <summary>The Durable Object that it is for; null when it is for the worker itself.</summary>
    public virtual ObjectAddress? Object => null;

    /// <summary>What the caller's binding says of the caller, or null.</summary>
    public abstract CallerProps? Props { get; }

    /// <summary>What the caller decides about the invocation, or null.</summary>
    public virtual InvocationTerms? Terms => null;

    /// <summary>How many workers have handed it on.</summary>
    public abstract int Depth { get; }

    /// <summary>The first call.</summary>
    public abstract RpcCall Call { get; }

    /// <summary>Signals that the caller is gone.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>The session has ended, in whatever way.</summary>
    public abstract void Complete(in InvocationSummary summary);
}
