using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Rpc;

/// <summary>A session of calls with an entrypoint, in an isolate.</summary>
internal sealed class RpcInvocation(RpcEvent rpcEvent) : Invocation
{
    private static readonly WorkerError Hung = new(
        WorkerErrorCode.Exception,
        "Error: The Workers runtime canceled this request because it detected that your Worker's code had hung and would never generate a response. Refer to: https://developers.cloudflare.com/workers/observability/errors/");

    private RpcSession session = null!;
    private CancellationTokenRegistration aborted;
    private bool watching;
    private bool completed;

    /// <inheritdoc/>
    public override int Depth => rpcEvent.Depth;

    /// <inheritdoc/>
    public override InvocationTerms? Terms => rpcEvent.Terms;

    /// <inheritdoc/>
    public override ActivityContext Span => default;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new RpcTraceEvent(string.Join('.', rpcEvent.Call.Path));

    /// <inheritdoc/>
    protected override string? Entrypoint => rpcEvent.Entrypoint;

    /// <inheritdoc/>
    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Add(this);
        session = RpcTable.Of(isolate).SessionOf(this);
        if (rpcEvent.Aborted.IsCancellationRequested)
        {
            rpcEvent.Call.Arguments?.Release();
            Complete(InvocationOutcome.Canceled, null);
            End();
            return;
        }

        session.Begin(rpcEvent.Call, RpcTargetKind.Entrypoint, 0, rpcEvent.Entrypoint, isolate.NewProps(rpcEvent.Props), forget: false, ref result);
    }

    /// <inheritdoc/>
    public override void Refuse(WorkerError error)
    {
        rpcEvent.Call.Arguments?.Release();
        rpcEvent.Call.Fail(error);
        rpcEvent.Complete(new InvocationSummary(InvocationOutcome.Exception, default, default, 0, error));
    }

    /// <inheritdoc/>
    public override void Fail(WorkerError error, InvocationOutcome outcome)
    {
        if (Ended) return;
        session.Fail(error);
        Complete(outcome, error);
        End();
    }

    /// <inheritdoc/>
    public override void AfterTurn()
    {
        Isolate.FlushSinks(this);
        if (!session.IsWanted)
        {
            Complete(session.HasThrown ? InvocationOutcome.Exception : InvocationOutcome.Ok, null);
            if (WaitUntil == 0) End();
            else if (Pending == 0) EndHungWaitUntil();
            else StartWaitUntilTimer();
            return;
        }

        if (!watching) Watch();
        if (Pending == 0 && session.IsAnswering) Fail(Hung, InvocationOutcome.Exception);
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (Ended) return;
        aborted.Dispose();
        Isolate.CloseBodies(this);
        base.End();
        Complete(InvocationOutcome.Canceled, null);
    }

    private void Complete(InvocationOutcome outcome, WorkerError? error)
    {
        if (completed) return;
        completed = true;
        rpcEvent.Complete(Summarise(outcome, error));
    }

    private void Watch()
    {
        watching = true;
        aborted = rpcEvent.Aborted.UnsafeRegister(static self => ((RpcInvocation)self!).PostAbort(), this);
    }

    private void PostAbort() => Handover.Post(Isolate, new CallerGoneTask { Invocation = this });

    /// <summary>Nobody waits for the calls any more. What was handed on to others than the caller goes on.</summary>
    private sealed class CallerGoneTask : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            var invocation = (RpcInvocation)Invocation!;
            if (invocation.Ended) return;
            invocation.session.DropIncoming();
            if (invocation.session.IsWanted) return;
            invocation.Complete(InvocationOutcome.Canceled, null);
            if (invocation.WaitUntil == 0) invocation.End();
            else invocation.StartWaitUntilTimer();
        }
    }
}
