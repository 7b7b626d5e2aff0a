using Skep.Abstractions.Objects;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.Objects;

/// <summary>Answers worker processes about Durable Objects.</summary>
internal sealed class ObjectHandlers(FleetObjects objects, IObjectAlarms alarms)
{
    public LinkHandlers AddTo(LinkHandlers handlers, IHostingProcess process) => handlers
        .On<ObjectQuestion, ObjectPlace>(LinkMethod.FindObject, asked => objects.FindAsync(asked, process))
        .On<ObjectLeaseChange>(LinkMethod.ReleaseObject, released => objects.ReleaseAsync(released, process))
        .On<AlarmNote>(LinkMethod.NoteAlarm, note => alarms.NoteAsync(note.Address, note.Due).AsTask())
        .OnNotice(LinkMethod.ObjectHosted, notice => objects.Confirm(LinkRecords.Read<ObjectLeaseChange>(notice), process));
}
