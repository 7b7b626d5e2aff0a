using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;

namespace Skep.Runtime.Rpc;

/// <summary>An object or a function of an invocation's, held by others.</summary>
internal sealed class ExportedTarget(RpcSession session, int id) : RpcCapability
{
    private int references = 1;

    public override void Call(RpcCall call) => session.Deliver(call, RpcTargetKind.Export, id);

    public override void AddReference() => Interlocked.Increment(ref references);

    public override void Release()
    {
        if (Interlocked.Decrement(ref references) == 0) session.DeliverRelease(id);
    }

    public override void WhenBroken(Action<WorkerError> broken) => session.WhenBroken(broken);
}
