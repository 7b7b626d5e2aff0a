using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Workers;

namespace Skep.Hosting;

/// <summary>Stands where a worker would be that could not be built or started, and says so to every request.</summary>
internal sealed class FailedWorker(WorkerVersion version, WorkerError error, WorkerMeter? meter = null) : IWorker
{
    public WorkerVersion Version => version;

    public WorkerMeter? Meter => meter;

    public void Fetch(FetchEvent fetchEvent) =>
        fetchEvent.Fail(error, passThrough: false, Summary());

    public void Rpc(RpcEvent rpcEvent)
    {
        rpcEvent.Call.Fail(error);
        rpcEvent.Complete(Summary());
    }

    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => Task.FromResult(Summary());

    // The objects are not at fault, and may be answered for by a version that starts.
    public Task<AlarmResult> AlarmAsync(AlarmEvent alarmEvent) => Task.FromResult(new AlarmResult(Summary(), Retry: true, Counts: false));

    public Task DrainAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private InvocationSummary Summary()
    {
        meter?.Count(InvocationOutcome.ScriptNotFound, TimeSpan.Zero, TimeSpan.Zero, subrequests: 0);
        return new(InvocationOutcome.ScriptNotFound, TimeSpan.Zero, TimeSpan.Zero, Subrequests: 0, error);
    }
}
