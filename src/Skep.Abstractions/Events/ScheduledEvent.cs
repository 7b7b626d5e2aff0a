using System.Diagnostics;

namespace Skep.Abstractions.Events;

/// <summary>A cron trigger's event.</summary>
/// <param name="ScheduledTime">When it was due.</param>
/// <param name="Cron">The cron expression that caused it, as written in the configuration.</param>
/// <param name="Entrypoint">The named entrypoint that handles it, or null for the default export.</param>
public sealed record ScheduledEvent(DateTimeOffset ScheduledTime, string Cron, string? Entrypoint = null)
{
    /// <summary>The span of this event; the default when it has none.</summary>
    public ActivityContext Span { get; init; }
}
