using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>Tells worker processes whose traces are wanted. Every message says all, so the last one counts.</summary>
internal sealed class FleetTraces
{
    private readonly Lock _telling = new();
    private readonly SortedSet<string> _wanted = new(StringComparer.Ordinal);

    /// <summary>The processes, once there are some.</summary>
    public Fleet? Fleet { get; set; }

    /// <summary>From now on a script's traces are wanted, or not any more.</summary>
    public void Change(string script, bool isWanted)
    {
        lock (_telling)
        {
            if (!(isWanted ? _wanted.Add(script) : _wanted.Remove(script)) || Fleet is null) return;
            var notice = LinkRecords.Write(new WantedTraces([.. _wanted]));
            foreach (var process in Fleet.Members) process.Link.Notify(LinkMethod.WantedTraces, notice);
        }
    }

    /// <summary>Tells a process that has just begun to listen.</summary>
    public void Tell(WorkerProcess process)
    {
        lock (_telling) process.Link.Notify(LinkMethod.WantedTraces, LinkRecords.Write(new WantedTraces([.. _wanted])));
    }
}
