using System.Diagnostics;
using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Events;

/// <summary>A Durable Object's alarm is due.</summary>
/// <param name="Object">The object.</param>
/// <param name="ScheduledTime">When it was due.</param>
/// <param name="RetryCount">How often it was tried before; JavaScript sees it as <c>alarmInfo.retryCount</c>.</param>
public sealed record AlarmEvent(ObjectAddress Object, DateTimeOffset ScheduledTime, int RetryCount = 0)
{
    /// <summary>The span of this event; the default when it has none.</summary>
    public ActivityContext Span { get; init; }
}
