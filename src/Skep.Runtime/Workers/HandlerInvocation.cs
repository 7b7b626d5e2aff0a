using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>An event in an isolate that is over when its handler is: it has no response.</summary>
/// <param name="name">The handler.</param>
internal abstract class HandlerInvocation(string name) : Invocation
{
    private readonly TaskCompletionSource<InvocationSummary> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool done;
    private WorkerError? error;

    /// <summary>Ends when handler and <c>waitUntil</c> promises have.</summary>
    public Task<InvocationSummary> Completion => completion.Task;

    /// <summary>The handler asked not to be retried.</summary>
    public bool NoRetry { get; set; }

    /// <inheritdoc/>
    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Add(this);
        JsResult js = default;
        Call(isolate, ref js);
        result.Take(in js);
        if (js.Status == JsStatus.Exception) Fail(isolate.Describe(js.Value.Local), InvocationOutcome.Exception);
    }

    /// <inheritdoc/>
    public override void Refuse(WorkerError refusal) =>
        completion.TrySetResult(new InvocationSummary(InvocationOutcome.Exception, default, default, 0, refusal));

    /// <summary>The handler returned.</summary>
    public void HandlerEnded() => done = true;

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
        else if (Pending == 0) Fail(new WorkerError(WorkerErrorCode.Exception, $"Error: The {name} handler waits for something that will never happen."), InvocationOutcome.Exception);
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (Ended) return;
        Isolate.CloseBodies(this);
        base.End();
        completion.TrySetResult(Summarise(Outcome, error));
    }

    /// <summary>Gives the event to the layer.</summary>
    protected abstract void Call(WorkerIsolate isolate, ref JsResult js);
}
