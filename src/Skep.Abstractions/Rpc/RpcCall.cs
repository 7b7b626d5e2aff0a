using Skep.Abstractions.Errors;

namespace Skep.Abstractions.Rpc;

/// <summary>One call, as whoever answers it sees it. It ends with exactly one of <see cref="Return"/>, <see cref="Throw"/> and
/// <see cref="Fail"/>; what comes after that is let go.</summary>
public abstract class RpcCall
{
    /// <summary>Names of properties, one below the other, that lead to what is called; empty for the target itself.</summary>
    public abstract IReadOnlyList<string> Path { get; }

    /// <summary>The arguments, as one array; null: the property is read, not called.</summary>
    public abstract RpcMessage? Arguments { get; }

    /// <summary>The call has begun: calls on its result, made before there is one, go to <paramref name="result"/> until it ends. The
    /// callee keeps the reference.</summary>
    public abstract void Begin(RpcCapability result);

    /// <summary>The result.</summary>
    public abstract void Return(RpcMessage result);

    /// <summary>What the callee threw.</summary>
    public abstract void Throw(RpcMessage thrown);

    /// <summary>There is no result and no exception: the callee was stopped, or is gone.</summary>
    public abstract void Fail(WorkerError error);
}
