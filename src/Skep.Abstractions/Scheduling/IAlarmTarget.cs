using Skep.Abstractions.Events;

namespace Skep.Abstractions.Scheduling;

/// <summary>Delivers alarms to Durable Objects.</summary>
public interface IAlarmTarget
{
    /// <summary>Runs the object's <c>alarm</c> handler where the object is, to its end.</summary>
    /// <returns>What came of it; null when its class is not deployed (any more).</returns>
    /// <exception cref="Exception">It could not be delivered, or its host was lost meanwhile: to be tried again, and the object is not at fault.</exception>
    Task<AlarmResult?> RunAsync(AlarmEvent alarmEvent);
}
