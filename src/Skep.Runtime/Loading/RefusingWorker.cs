using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Loading;

/// <summary>Stands where a worker would be that could not be loaded, and says why.</summary>
internal sealed class RefusingWorker(WorkerVersion version, WorkerError error) : IWorker
{
    public WorkerVersion Version => version;

    /// <summary>Why.</summary>
    public WorkerError Error => error;

    private InvocationSummary Summary => new(InvocationOutcome.ScriptNotFound, default, default, 0, error);

    public void Fetch(FetchEvent fetchEvent) => fetchEvent.Fail(error, passThrough: false, Summary);

    public void Rpc(RpcEvent rpcEvent)
    {
        rpcEvent.Call.Arguments?.Release();
        rpcEvent.Call.Fail(error);
        rpcEvent.Complete(Summary);
    }

    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => Task.FromResult(Summary);

    public Task<QueueResult> QueueAsync(QueueEvent queueEvent) => Task.FromResult(queueEvent.All(QueueVerdict.Return, Summary));

    public Task<EmailResult> EmailAsync(EmailEvent emailEvent) => Task.FromResult(new EmailResult(Summary, RejectReason: null));

    public Task<InvocationSummary> TailAsync(TailEvent tailEvent) => Task.FromResult(Summary);

    public Task DrainAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
