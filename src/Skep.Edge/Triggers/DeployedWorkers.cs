using System.Diagnostics;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;
using Skep.Edge.Observability;

namespace Skep.Edge.Triggers;

/// <summary>Delivers events that no request brought to what this process serves.</summary>
/// <param name="workers">Finds it.</param>
/// <param name="log">Hears of batches of queues, as of requests; null: nobody does.</param>
public sealed class DeployedWorkers(IServiceDirectory workers, IRequestLog? log = null) : IScheduledTarget, IQueueTarget, IEmailTarget, IWorkflowTarget
{
    // A batch or a message in the request log: its method, and what became of it.
    private const string Batch = "QUEUE";
    private const string Message = "EMAIL";
    private const int Handled = 200;
    private const int Failed = 500;

    /// <inheritdoc/>
    public async Task<ScheduledResult?> RunAsync(string script, ScheduledEvent scheduledEvent) =>
        Begin(
            script,
            worker => Spans.BeginScheduled(scheduledEvent, worker),
            (worker, span) => worker.ScheduledAsync(span is null ? scheduledEvent : scheduledEvent with { Span = span.Context })) is { } begun
            ? new ScheduledResult(begun.Version.Id, await EndAsync(begun, static summary => summary))
            : null;

    /// <inheritdoc/>
    public async Task<QueueDelivery?> DeliverAsync(string script, QueueEvent queueEvent)
    {
        var begun = Begin(
            script,
            worker => Spans.BeginQueue(queueEvent, worker),
            (worker, span) => worker.QueueAsync(span is null ? queueEvent : queueEvent with { Span = span.Context }));
        if (begun is null) return null;
        var result = await EndAsync(begun, static result => result.Summary);
        var (outcome, cpu, wall, _, error) = result.Summary;
        log?.Completed(new RequestLogEntry(Batch, Host: "", queueEvent.Queue, outcome == InvocationOutcome.Ok ? Handled : Failed, cpu, wall, outcome, begun.Version, error));
        return new QueueDelivery(begun.Version.Id, result);
    }

    /// <inheritdoc/>
    public async Task<EmailResult?> DeliverAsync(string script, EmailEvent email)
    {
        var begun = Begin(script, worker => Spans.BeginEmail(email, worker), (worker, span) => worker.EmailAsync(span is null ? email : email with { Span = span.Context }));
        if (begun is null) return null;
        var result = await EndAsync(begun, static result => result.Summary);
        var (outcome, cpu, wall, _, error) = result.Summary;
        log?.Completed(new RequestLogEntry(Message, Host: "", email.To, outcome == InvocationOutcome.Ok ? Handled : Failed, cpu, wall, outcome, begun.Version, error));
        return result;
    }

    /// <inheritdoc/>
    public async Task<WorkflowOutcome?> RunAsync(WorkflowTask task) =>
        Begin(task.Definition.Script, static _ => null, (worker, _) => worker.WorkflowAsync(new WorkflowEvent(task))) is { } begun
            ? (await begun.Result).Outcome with { VersionId = begun.Version.Id }
            : null;

    private Begun<T>? Begin<T>(string script, Func<IWorker, Activity?> begin, Func<IWorker, Activity?, Task<T>> run)
    {
        while (workers.Find(script, request: null) is { } routed)
        {
            if (!routed.TryEnter()) continue;
            var span = Spans.AreWanted ? begin(routed.Worker) : null;
            try
            {
                return new Begun<T>(routed.Worker.Version, span, run(routed.Worker, span));
            }
            finally
            {
                // The event is in the worker's hands: its drain waits for it.
                routed.Leave();
            }
        }

        return null;
    }

    private static async Task<T> EndAsync<T>(Begun<T> begun, Func<T, InvocationSummary> summarise)
    {
        var result = await begun.Result;
        if (begun.Span is not null) Spans.End(begun.Span, summarise(result), status: null);
        return result;
    }

    private sealed record Begun<T>(WorkerVersion Version, Activity? Span, Task<T> Result);
}
