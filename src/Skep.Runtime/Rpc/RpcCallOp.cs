using Skep.Abstractions.Rpc;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Rpc;

/// <summary>A call that JavaScript waits for. Its promise is fulfilled in any case (<c>RpcAnswer</c> in <c>js/rpc/ops.ts</c>).</summary>
internal sealed class RpcCallOp : PendingOp
{
    private const int Returned = 0;
    private const int Thrown = 1;
    private const int Failed = 2;

    private readonly RpcSession session;
    private readonly int token;

    public RpcCallOp(RpcSession session, int token, IReadOnlyList<string> path, RpcMessage? arguments)
    {
        this.session = session;
        this.token = token;
        Call = new OutgoingCall(path, arguments, this);
    }

    public OutgoingCall Call { get; }

    public void Start(in OpCall call)
    {
        Begin(in call);
        session.Add(token, Call);
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        session.RemoveOutgoing(token);
        if (Call.Error is { } error) return isolate.Engine.NewArray([Failed, isolate.Engine.NewString(error.Message), error.Traits()]);
        var message = Call.Message!;
        var (bytes, attachments) = RpcMessages.Give(session, message);
        return isolate.Engine.NewArray([Call.IsThrown ? Thrown : Returned, bytes, attachments]);
    }

    /// <inheritdoc/>
    protected override void Dropped() => Call.Message?.Release();
}
