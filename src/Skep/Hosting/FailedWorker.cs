using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;

namespace Skep.Hosting;

/// <summary>Stands where a worker would be that could not be built or started, and says so to every request.</summary>
/// <param name="version">What does not start.</param>
/// <param name="error">Why.</param>
/// <param name="meters">Count what asks for it; null: nobody wants to know.</param>
internal sealed class FailedWorker(WorkerVersion version, WorkerError error, IWorkerMeters? meters = null) : IWorker
{
    public WorkerVersion Version => version;

    public WorkerMeter? Meter { get; } = meters?.MeterFor(version.Name, version.Id);

    public void Fetch(FetchEvent fetchEvent) =>
        fetchEvent.Fail(error, passThrough: false, Summary());

    public void Rpc(RpcEvent rpcEvent)
    {
        rpcEvent.Call.Fail(error);
        rpcEvent.Complete(Summary());
    }

    public Task<WorkflowResult> WorkflowAsync(WorkflowEvent workflowEvent) => Task.FromResult(new WorkflowResult(
        new WorkflowOutcome(null, Lost: DateTimeOffset.UtcNow), Summary()));

    /// <inheritdoc/>
    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => Task.FromResult(Summary());

    public Task<QueueResult> QueueAsync(QueueEvent queueEvent) => Task.FromResult(queueEvent.All(QueueVerdict.Return, Summary()));

    public Task<EmailResult> EmailAsync(EmailEvent emailEvent) => Task.FromResult(new EmailResult(Summary(), RejectReason: null));

    public Task<InvocationSummary> TailAsync(TailEvent tailEvent) => Task.FromResult(Summary());

    // The objects are not at fault, and may be answered for by a version that starts.
    public Task<AlarmResult> AlarmAsync(AlarmEvent alarmEvent) => Task.FromResult(new AlarmResult(Summary(), Retry: true, Counts: false));

    public Task DrainAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        if (Meter is not null) meters!.Retire(Meter);
        return ValueTask.CompletedTask;
    }

    private InvocationSummary Summary()
    {
        Meter?.Count(InvocationOutcome.ScriptNotFound, TimeSpan.Zero, TimeSpan.Zero, subrequests: 0);
        return new(InvocationOutcome.ScriptNotFound, TimeSpan.Zero, TimeSpan.Zero, Subrequests: 0, error);
    }
}
