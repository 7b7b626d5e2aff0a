using Skep.Abstractions.Analytics;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's data points.</summary>
internal sealed class LinkAnalyticsStore(LinkConnection link) : IAnalyticsStore
{
    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<AnalyticsPoint> points)
    {
        try
        {
            await link.TellAsync(LinkMethod.AnalyticsPoints, new AnalyticsPoints(points));
        }
        catch (LinkClosedException)
        {
            // The supervisor is gone, and this process ends: there is nobody who could keep them.
        }
    }
}
