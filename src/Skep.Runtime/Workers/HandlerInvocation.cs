using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>An event in an isolate that nobody waits for with a connection: it has ended when its handler and its <c>waitUntil</c>
/// promises have. Such handlers have a limited time.</summary>
/// <param name="handler">What the handler is called.</param>
internal abstract class HandlerInvocation(string handler) : Invocation
{
    private ITimer? wall;
    private WorkerError? error;
    private bool isReported;

    /// <summary>The handler has ended, in whatever way.</summary>
    protected bool IsDone { get; private set; }

    /// <summary>The result does not wait for <c>waitUntil</c> promises.</summary>
    protected virtual bool EndsWithHandler => false;

    /// <inheritdoc/>
    public sealed override void HandlerEnded() => IsDone = true;

    /// <inheritdoc/>
    public sealed override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Add(this);
        StartWallTimer();
        JsResult js = default;
        CallHandler(isolate, ref js);
        result.Take(in js);
        if (js.Status == JsStatus.Exception) Fail(isolate.Describe(js.Value.Local), InvocationOutcome.Exception);
    }

    /// <summary>Calls the handler.</summary>
    protected abstract void CallHandler(WorkerIsolate isolate, ref JsResult js);

    private void StartWallTimer()
    {
        var limit = Isolate.Worker.Version.Limits.EventWallTime;
        wall = Isolate.Worker.Runtime.Time.CreateTimer(static self => ((HandlerInvocation)self!).PostTimeout(), this, limit, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public sealed override void Refuse(WorkerError refusal) =>
        Complete(new InvocationSummary(InvocationOutcome.Exception, default, default, 0, refusal));

    /// <inheritdoc/>
    public override void WaitUntilRejected(WorkerError failure)
    {
        // The first that goes wrong is what becomes of the event.
        if (isReported || Outcome != InvocationOutcome.Ok) return;
        error ??= failure;
        Outcome = InvocationOutcome.Exception;
    }

    /// <inheritdoc/>
    public sealed override void Fail(WorkerError failure, InvocationOutcome how)
    {
        if (Ended) return;
        IsDone = true;
        error ??= failure;
        Outcome = how;
        Trace?.Exception(failure, Isolate.Clock);
        if (WaitUntil == 0 || how != InvocationOutcome.Exception) End();
    }

    /// <inheritdoc/>
    public sealed override void AfterTurn()
    {
        Isolate.FlushSinks(this);
        if (IsDone && WaitUntil == 0)
        {
            End();
            return;
        }

        if (IsDone && EndsWithHandler && !isReported)
        {
            Report();
            wall?.Dispose();
            StartWaitUntilTimer();
        }

        if (Pending > 0) return;
        if (isReported)
        {
            EndHungWaitUntil();
            return;
        }

        Fail(new WorkerError(WorkerErrorCode.Exception, $"Error: The {handler} handler waits for something that will never happen."), InvocationOutcome.Exception);
        End();
    }

    /// <inheritdoc/>
    public sealed override void End()
    {
        if (Ended) return;
        wall?.Dispose();
        Isolate.CloseBodies(this);
        base.End();
        Report();
    }

    /// <summary>Tells how it ended; once.</summary>
    protected abstract void Complete(in InvocationSummary summary);

    private void Report()
    {
        if (isReported) return;
        isReported = true;
        Complete(Summarise(Outcome, error));
    }

    private void PostTimeout() => Isolate.Post(new TimeoutTask { Invocation = this });

    private sealed class TimeoutTask : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            if (Invocation!.Ended) return;
            Invocation.Fail(new WorkerError(WorkerErrorCode.ExceededLimits, "Worker exceeded wall time limit."), InvocationOutcome.ExceededWallTime);
        }
    }
}
