using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>Delivers a cron event to one of the worker processes. When that is lost, so is the delivery: the scheduler tries again.</summary>
internal sealed class FleetSchedule(Fleet fleet) : IScheduledTarget
{
    /// <inheritdoc/>
    public async Task<ScheduledResult?> RunAsync(string script, ScheduledEvent scheduledEvent)
    {
        var process = await fleet.NextAsync();
        ScheduledCall call = new(script, scheduledEvent.ScheduledTime, scheduledEvent.Cron, scheduledEvent.Entrypoint);
        return (await process.Link.AskAsync<ScheduledCall, ScheduledAnswer>(LinkMethod.Schedule, call)).Result;
    }
}
