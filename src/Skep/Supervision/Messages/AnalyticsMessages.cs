using Skep.Abstractions.Analytics;

namespace Skep.Supervision.Messages;

/// <summary>Data points to store.</summary>
internal sealed record AnalyticsPoints(IReadOnlyList<AnalyticsPoint> Points);
