using System.Collections.Frozen;
using Skep.Abstractions.Tracing;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>Sends the traces to the supervisor that somebody there wants.</summary>
internal sealed class LinkTraces(LinkConnection link) : ITraceSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TraceDemand> _demands = new(StringComparer.Ordinal);
    private FrozenSet<string> _wanted = [];

    /// <summary>From now on these scripts' traces are wanted.</summary>
    public void Apply(WantedTraces wanted)
    {
        lock (_gate)
        {
            _wanted = wanted.Scripts.ToFrozenSet(StringComparer.Ordinal);
            foreach (var (script, demand) in _demands) demand.IsWanted = _wanted.Contains(script);
        }
    }

    /// <inheritdoc/>
    public TraceDemand DemandFor(string script)
    {
        lock (_gate)
        {
            if (!_demands.TryGetValue(script, out var demand)) _demands[script] = demand = new TraceDemand { IsWanted = _wanted.Contains(script) };
            return demand;
        }
    }

    /// <inheritdoc/>
    public void Publish(InvocationTrace trace) => link.Notify(LinkMethod.Trace, LinkRecords.Write(trace));
}
