using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Workers;
using Skep.Hosting;
using Xunit;

namespace Skep.Tests.Hosting;

/// <summary>What stands for a version that does not start.</summary>
public sealed class FailedWorkerTests
{
    [Fact]
    public async Task What_asks_for_it_is_counted_until_it_is_disposed_of()
    {
        RecordingMeters meters = new();
        FailedWorker worker = new(WorkerVersion.Unread("broken") with { Id = "1" }, new WorkerError(WorkerErrorCode.Startup, "no"), meters);
        var summary = await worker.ScheduledAsync(new ScheduledEvent(DateTimeOffset.UnixEpoch, "* * * * *"));
        Assert.Equal((InvocationOutcome.ScriptNotFound, "no"), (summary.Outcome, summary.Error?.Message));
        Assert.Same(Assert.Single(meters.Made), worker.Meter);
        Assert.Empty(meters.Retired);
        await worker.DisposeAsync();
        Assert.Same(worker.Meter, Assert.Single(meters.Retired));
    }

    private sealed class RecordingMeters : IWorkerMeters
    {
        public List<WorkerMeter> Made { get; } = [];

        public List<WorkerMeter> Retired { get; } = [];

        public WorkerMeter MeterFor(string script, string versionId)
        {
            WorkerMeter meter = new(script, versionId);
            Made.Add(meter);
            return meter;
        }

        public void Retire(WorkerMeter meter) => Retired.Add(meter);
    }
}
