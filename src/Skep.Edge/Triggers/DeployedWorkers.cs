using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Observability;
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
            var span = Spans.AreWanted ? Spans.BeginScheduled(scheduledEvent, routed.Worker) : null;
            Task<InvocationSummary> run;
            try
            {
                run = routed.Worker.ScheduledAsync(span is null ? scheduledEvent : scheduledEvent with { Span = span.Context });
            }
            finally
            {
                // The event is in the worker's hands: its drain waits for it.
                routed.Leave();
            }

            var summary = await run;
            if (span is not null) Spans.End(span, summary, status: null);
            return new ScheduledResult(routed.Worker.Version.Id, summary);
        }

        return null;
    }
}
