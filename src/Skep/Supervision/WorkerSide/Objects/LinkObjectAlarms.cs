using Skep.Abstractions.Objects;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>The supervisor's index of alarms. A note has returned when it is stored there.</summary>
internal sealed class LinkObjectAlarms(LinkConnection link) : IObjectAlarms
{
    /// <inheritdoc/>
    public async ValueTask NoteAsync(ObjectAddress address, DateTimeOffset? due) => await link.TellAsync(LinkMethod.NoteAlarm, new AlarmNote(address, due));
}
