using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>A cron event in an isolate.</summary>
internal sealed class ScheduledInvocation(ScheduledEvent scheduled) : Invocation
{
    private readonly TaskCompletionSource<InvocationSummary> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool done;
    private WorkerError? error;

    /// <summary>Ends when handler and <c>waitUntil</c> promises have.</summary>
    public Task<InvocationSummary> Completion => completion.Task;

    /// <summary>The handler asked not to be retried.</summary>
    public bool NoRetry { get; set; }

    /// <inheritdoc/>
    public override ActivityContext Span => scheduled.Span;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new ScheduledTraceEvent(scheduled.Cron, scheduled.ScheduledTime.ToUnixTimeMilliseconds());

    /// <inheritdoc/>
    protected override string? Entrypoint => scheduled.Entrypoint;

    /// <inheritdoc/>
    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Add(this);
        JsResult js = default;
        var engine = isolate.Engine;
        isolate.Engine.CallHost(
            HostFunction.Scheduled,
            [Id, (double)scheduled.ScheduledTime.ToUnixTimeMilliseconds(), engine.NewString(scheduled.Cron), scheduled.Entrypoint is { } name ? engine.NewString(name) : JsArgument.Undefined],
            ref js);
        result.Take(in js);
        if (js.Status == JsStatus.Exception) Fail(isolate.Describe(js.Value.Local), InvocationOutcome.Exception);
    }

    /// <inheritdoc/>
    public override void Refuse(WorkerError refusal) =>
        completion.TrySetResult(new InvocationSummary(InvocationOutcome.Exception, default, default, 0, refusal));

    /// <inheritdoc/>
    public override void HandlerEnded() => done = true;

    /// <inheritdoc/>
    public override void Fail(WorkerError failure, InvocationOutcome how)
    {
        if (Ended) return;
        done = true;
        error ??= failure;
        Outcome = how;
        Trace?.Exception(failure, Isolate.Clock);
        if (WaitUntil == 0 || how != InvocationOutcome.Exception) End();
    }

    /// <inheritdoc/>
    public override void AfterTurn()
    {
        Isolate.FlushSinks(this);
        if (done && WaitUntil == 0) End();
        else if (Pending == 0) Fail(new WorkerError(WorkerErrorCode.Exception, "Error: The scheduled handler waits for something that will never happen."), InvocationOutcome.Exception);
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (Ended) return;
        Isolate.CloseBodies(this);
        base.End();
        completion.TrySetResult(Summarise(Outcome, error));
    }
}
