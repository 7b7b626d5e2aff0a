using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Routing;

namespace Skep.Edge.Triggers;

/// <summary>Delivers cron events to what this process serves.</summary>
public sealed class DeployedWorkers(DeploymentRouter router) : IScheduledTarget
{
    /// <inheritdoc/>
    public async Task<ScheduledResult?> RunAsync(string script, ScheduledEvent scheduledEvent)
    {
        while (router.Choose(script) is { } routed)
        {
            if (!routed.TryEnter()) continue;
            Task<InvocationSummary> run;
            try
            {
                run = routed.Worker.ScheduledAsync(scheduledEvent);
            }
            finally
            {
                // The event is in the worker's hands: its drain waits for it.
                routed.Leave();
            }

            var summary = await run;
            return new ScheduledResult(routed.Worker.Version.Id, summary);
        }

        return null;
    }
}
