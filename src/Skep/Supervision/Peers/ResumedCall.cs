using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;

namespace Skep.Supervision.Peers;

/// <summary>A call that was sent to another process, which never began with it, as a worker of this one receives it.</summary>
internal sealed class ResumedCall(RemoteCall sent) : RpcCall
{
    public override IReadOnlyList<string> Path => sent.Call.Path;

    public override RpcMessage? Arguments => sent.Call.Arguments;

    public override void Begin(RpcCapability result) => sent.Resume(result);

    public override void Return(RpcMessage result) => sent.Call.Return(result);

    public override void Throw(RpcMessage thrown) => sent.Call.Throw(thrown);

    public override void Fail(WorkerError error) => sent.Call.Fail(error);
}

/// <summary>The same of a session.</summary>
internal sealed class ResumedRpcEvent(RpcEvent rpcEvent, RemoteCall first) : RpcEvent
{
    private readonly ResumedCall _call = new(first);

    public override string? Entrypoint => rpcEvent.Entrypoint;

    public override ObjectAddress? Object => rpcEvent.Object;

    public override CallerProps? Props => rpcEvent.Props;

    public override InvocationTerms? Terms => rpcEvent.Terms;

    public override int Depth => rpcEvent.Depth;

    public override RpcCall Call => _call;

    public override CancellationToken Aborted => rpcEvent.Aborted;

    public override void Complete(in InvocationSummary summary) => rpcEvent.Complete(summary);
}
