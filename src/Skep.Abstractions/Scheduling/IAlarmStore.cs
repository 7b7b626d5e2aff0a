using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Scheduling;

/// <summary>Remembers which Durable Objects want to be woken when, and what was tried. What it was told survives a crash.</summary>
public interface IAlarmStore : IObjectAlarms
{
    /// <summary>Called after an alarm was noted or moved, with when it is due; may be called on any thread and must not block.</summary>
    Action<DateTimeOffset>? Noted { get; set; }

    /// <summary>Alarms that are to be run by now, the earliest first.</summary>
    ValueTask<IReadOnlyList<ObjectAlarm>> DueAsync(DateTimeOffset now, int limit);

    /// <summary>When the first alarm is to be run of those that come later; null when there is none.</summary>
    ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset after);

    /// <summary>The alarm is to be tried again; nothing happens when the object has another alarm by now.</summary>
    ValueTask PostponeAsync(ObjectAlarm alarm, DateTimeOffset next, int failures);

    /// <summary>The alarm is over; nothing happens when the object has another by now.</summary>
    ValueTask EndAsync(ObjectAlarm alarm);
}

/// <summary>A Durable Object's alarm.</summary>
/// <param name="Object">The object.</param>
/// <param name="Due">When it wants to be woken.</param>
/// <param name="Next">When that is to be tried: later than <paramref name="Due"/> when it has failed.</param>
/// <param name="Failures">How often its handler has failed.</param>
public sealed record ObjectAlarm(ObjectAddress Object, DateTimeOffset Due, DateTimeOffset Next, int Failures);
