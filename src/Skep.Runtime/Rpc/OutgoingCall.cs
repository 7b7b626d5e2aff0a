using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;

namespace Skep.Runtime.Rpc;

/// <summary>A call that JavaScript made, and what came of it.</summary>
internal sealed class OutgoingCall(IReadOnlyList<string> path, RpcMessage? arguments, RpcCallOp op) : RpcCall
{
    private readonly Lock gate = new();
    private RpcCapability? result;
    private List<RpcCall>? onResult;
    private bool ended;

    public override IReadOnlyList<string> Path => path;

    public override RpcMessage? Arguments => arguments;

    /// <summary>The result, or what was thrown.</summary>
    public RpcMessage? Message { get; private set; }

    /// <summary><see cref="Message"/> was thrown.</summary>
    public bool IsThrown { get; private set; }

    /// <summary>Why there is neither.</summary>
    public WorkerError? Error { get; private set; }

    /// <summary>Until <see cref="EndCallOnResult"/> nobody can answer this call, so that whoever does sees that its result is still
    /// called. False when it has been answered already.</summary>
    public bool TryBeginCallOnResult()
    {
        gate.Enter();
        if (!ended) return true;
        gate.Exit();
        return false;
    }

    /// <summary>Makes a call on the result that is to come.</summary>
    public void CallOnResult(RpcCall call)
    {
        if (result is null) (onResult ??= []).Add(call);
        else result.Call(call);
    }

    public void EndCallOnResult() => gate.Exit();

    public override void Begin(RpcCapability begun)
    {
        lock (gate)
        {
            result = begun;
            if (onResult is null) return;
            foreach (var each in onResult) begun.Call(each);
            onResult = null;
        }
    }

    public override void Return(RpcMessage value) => End(value, thrown: false, null);

    public override void Throw(RpcMessage thrown) => End(thrown, thrown: true, null);

    public override void Fail(WorkerError error) => End(null, thrown: false, error);

    private void End(RpcMessage? message, bool thrown, WorkerError? error)
    {
        List<RpcCall>? waiting;
        lock (gate)
        {
            if (ended)
            {
                message?.Release();
                return;
            }

            ended = true;
            waiting = onResult;
            onResult = null;
        }

        Message = message;
        IsThrown = thrown;
        Error = error;
        if (waiting is not null)
        {
            // It never began, so there is an error.
            foreach (var each in waiting)
            {
                each.Arguments?.Release();
                each.Fail(error!);
            }
        }

        op.Finish();
    }
}
