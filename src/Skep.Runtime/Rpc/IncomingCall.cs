using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;
using Skep.Runtime.Isolates;

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

    /// <summary>Another process holds the result: calls on it may be on their way from there.</summary>
    public override void AddReference()
    {
        session.CountOnResult(1);
        Interlocked.Increment(ref waiting);
    }

    /// <summary>It calls the result no more.</summary>
    public override void Release()
    {
        // Within the turn that answers nobody has kept the result yet, and nobody need.
        if (WorkerIsolate.ThreadIsInside) BeginOnResult();
        else session.DeliverFinish(this);
    }

    public override void WhenBroken(Action<WorkerError> broken) => session.WhenBroken(broken);
}
