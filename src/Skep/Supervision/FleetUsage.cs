using Skep.Abstractions.Metering;
using Skep.Hosting;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>What workers use in all processes.</summary>
internal sealed class FleetUsage
{
    private readonly Lock _gate = new();
    private readonly ProcessFigures _own = new();
    private List<MeterSample> _reported = [];

    /// <summary>The processes, once there are some.</summary>
    public Fleet? Fleet { get; set; }

    /// <summary>The figures of all processes together, this one's among them; of what cannot be added, this one's.</summary>
    public IEnumerable<ProcessGauge> Gauges => _own.Gauges.Concat(Fleet?.Running.SelectMany(process => process.Gauges) ?? [])
        .GroupBy(gauge => gauge.Name, StringComparer.Ordinal)
        .Select(same => same.First() with { Value = same.Key == ProcessFigures.StartTime ? same.First().Value : same.Sum(gauge => gauge.Value) });

    /// <summary>A process tells what was used.</summary>
    public Task AddAsync(UsageSamples reported)
    {
        lock (_gate) _reported.AddRange(reported.Samples);
        return Task.CompletedTask;
    }

    /// <summary>What was told since the last call; each sample knows its minute.</summary>
    public IReadOnlyList<MeterSample> Collect(long minute)
    {
        lock (_gate)
        {
            var collected = _reported;
            _reported = [];
            return collected;
        }
    }

    /// <summary>Lets every process tell what it has counted.</summary>
    public Task AskAsync() => Task.WhenAll((Fleet?.Running ?? []).Select(AskAsync));

    private static async Task AskAsync(WorkerProcess process)
    {
        try
        {
            await process.Link.TellAsync(LinkMethod.FlushUsage);
        }
        catch (LinkClosedException)
        {
            // It told everything before it ended, or has lost it.
        }
    }
}
