using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workflows;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Workflows;

/// <summary>A run of an instance of a Workflow in an isolate.</summary>
internal sealed class WorkflowInvocation(WorkflowEvent given) : Invocation
{
    private readonly TaskCompletionSource<WorkflowResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkflowOutcome? outcome;
    private WorkflowFailure? thrown;
    private WorkerError? error;

    /// <summary>Ends with the run, <c>waitUntil</c> included.</summary>
    public Task<WorkflowResult> Completion => completion.Task;

    /// <summary>Which run it is.</summary>
    public WorkflowRun WorkflowRun => given.Task.Run;

    /// <inheritdoc/>
    public override ActivityContext Span => given.Span;

    /// <inheritdoc/>
    protected override TraceEvent Traced => new RpcTraceEvent("run");

    /// <inheritdoc/>
    protected override string? Entrypoint => given.Task.Definition.ClassName;

    /// <inheritdoc/>
    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Add(this);
        JsResult js = default;
        var engine = isolate.Engine;
        List<byte[]> values = [];
        var head = engine.NewStringUtf8(WorkflowHead.Write(given.Task, values));
        var items = new JsArgument[values.Count];
        for (var i = 0; i < items.Length; i++) items[i] = NewBytes(isolate, values[i]);
        engine.CallHost(HostFunction.Workflow, [Id, engine.NewString(given.Task.Definition.ClassName), head, engine.NewArray(items)], ref js);
        result.Take(in js);
        if (js.Status == JsStatus.Exception) Fail(isolate.Describe(js.Value.Local), InvocationOutcome.Exception);
    }

    /// <summary>A value as JavaScript takes it.</summary>
    public static JsArgument NewBytes(WorkerIsolate isolate, byte[]? bytes)
    {
        if (bytes is null) return JsArgument.Null;
        var local = isolate.Engine.NewBytes(bytes.Length, out var memory);
        bytes.CopyTo(memory);
        return local;
    }

    /// <inheritdoc/>
    public override void Refuse(WorkerError refusal) => completion.TrySetResult(new WorkflowResult(
        new WorkflowOutcome(null, Lost: DateTimeOffset.UtcNow), new InvocationSummary(InvocationOutcome.Exception, default, default, 0, refusal)));

    /// <summary>The class returned.</summary>
    public void Returned(WorkflowValue output) => outcome ??= new WorkflowOutcome(null, Output: output);

    /// <summary>The class threw.</summary>
    public void Threw(WorkflowFailure failure, WorkerError described)
    {
        thrown ??= failure;
        Fail(described, InvocationOutcome.Exception);
    }

    /// <summary>The run ends here, and another goes on from what was recorded. Refused when it has something under way that nobody has
    /// recorded, unless that must end too.</summary>
    public bool Suspend(bool force)
    {
        if (!force && Pending > 0) return false;
        outcome ??= new WorkflowOutcome(null, Suspended: true);
        return true;
    }

    /// <inheritdoc/>
    public override void Fail(WorkerError failure, InvocationOutcome how)
    {
        if (Ended) return;
        error ??= failure;
        Outcome = how;
        Trace?.Exception(failure, Isolate.Clock);

        // Nobody else hears of it: there is no caller.
        Isolate.Worker.Services.Observer.Uncaught(Isolate.Worker.Version, failure);

        // What the code threw is its own; what it was stopped for may have been another's doing, or the server's end.
        outcome ??= how is InvocationOutcome.Exception or InvocationOutcome.ExceededCpu
            ? new WorkflowOutcome(null, Error: thrown ?? new WorkflowFailure("Error", failure.Message))
            : new WorkflowOutcome(null, Lost: Isolate.Worker.Runtime.Time.GetUtcNow());
        if (WaitUntil == 0 || how != InvocationOutcome.Exception) End();
    }

    /// <inheritdoc/>
    public override void AfterTurn()
    {
        Isolate.FlushSinks(this);
        if (outcome is not null && (WaitUntil == 0 || outcome.Suspended)) End();
        else if (outcome is null && Pending == 0) Fail(new WorkerError(WorkerErrorCode.Exception, "Error: The Workflow waits for something that will never happen."), InvocationOutcome.Exception);
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (Ended) return;
        Isolate.CloseBodies(this);
        base.End();
        completion.TrySetResult(new WorkflowResult(outcome ?? new WorkflowOutcome(null, Lost: Isolate.Worker.Runtime.Time.GetUtcNow()), Summarise(Outcome, error)));
    }
}
