using Skep.Abstractions.Rpc;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Rpc;

/// <summary>A call arrives at something of a running invocation's.</summary>
/// <param name="result">The call whose result it is to, if it is.</param>
internal sealed class IncomingCallTask(RpcSession session, RpcCall call, RpcTargetKind kind, int target, IncomingCall? result) : IsolateTask
{
    public override void Run(WorkerIsolate isolate, ref TurnResult turn)
    {
        var last = result?.BeginOnResult() ?? false;
        session.Begin(call, kind, target, entrypoint: null, JsArgument.Undefined, forget: last, ref turn);
    }

    public override void Lost() => session.Refuse(call);
}
