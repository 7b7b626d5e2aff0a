using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;

namespace Skep.Runtime.Rpc;

/// <summary>A call that is being answered, and what others may call of its result until it is.</summary>
internal sealed class IncomingCall(RpcSession session, RpcCall answer, int id) : RpcCapability
{
    private int waiting;

    public int Id => id;

    /// <summary>Whom to answer.</summary>
    public RpcCall Answer => answer;

    /// <summary>Calls on the result wait to begin: JavaScript must keep it for them.</summary>
    public bool IsAwaited => Volatile.Read(ref waiting) > 0;

    /// <summary>A call on the result begins; true for the last one that was waiting.</summary>
    public bool BeginOnResult()
    {
        session.CountOnResult(-1);
        return Interlocked.Decrement(ref waiting) == 0;
    }

    public override void Call(RpcCall call)
    {
        session.CountOnResult(1);
        Interlocked.Increment(ref waiting);
        session.Deliver(call, RpcTargetKind.Result, id, this);
    }

    public override void AddReference()
    {
    }

    public override void Release()
    {
    }

    public override void WhenBroken(Action<WorkerError> broken) => session.WhenBroken(broken);
}
