using Skep.Abstractions.Rpc;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Rpc;

/// <summary>A call arrives at something of a running invocation's.</summary>
internal sealed class IncomingCallTask : IsolateTask
{
    private readonly RpcSession session;
    private readonly RpcCall call;
    private readonly RpcTargetKind kind;
    private readonly int target;
    private readonly IncomingCall? result;

    /// <param name="result">The call whose result it is to, if it is.</param>
    public IncomingCallTask(RpcSession session, RpcCall call, RpcTargetKind kind, int target, IncomingCall? result)
    {
        (this.session, this.call, this.kind, this.target, this.result) = (session, call, kind, target, result);
        Invocation = session.Owner;
        Gate = session.Owner.Input;
    }

    public override void Run(WorkerIsolate isolate, ref TurnResult turn)
    {
        var last = result?.BeginOnResult() ?? false;
        session.Begin(call, kind, target, entrypoint: null, JsArgument.Undefined, forget: last, ref turn);
    }

    public override void Lost() => session.Refuse(call);
}
