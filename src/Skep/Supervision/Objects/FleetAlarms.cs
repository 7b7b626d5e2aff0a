using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.Objects;

/// <summary>Delivers alarms to the processes that host the objects. When such a process is lost, so is the delivery: the clock tries again.</summary>
internal sealed class FleetAlarms(FleetObjects objects) : IAlarmTarget
{
    private const int MostMoves = 8;

    /// <inheritdoc/>
    public async Task<AlarmResult?> RunAsync(AlarmEvent alarmEvent)
    {
        var after = 0L;
        for (var move = 0; move < MostMoves; move++)
        {
            var place = await objects.FindAsync(new(alarmEvent.Object, after, IsCut: false), asker: null);
            if (place.Host is not { } number || objects.Find(number) is not { } host) continue;
            var answer = await host.Link.AskAsync<AlarmCall, AlarmAnswer>(LinkMethod.Alarm, new(alarmEvent.Object, alarmEvent.ScheduledTime, alarmEvent.RetryCount));
            if (answer.IsHost) return answer.Result;
            after = place.Epoch;
        }

        throw new LinkException("The Durable Object was moved too often while its alarm was on its way.");
    }
}
