using Skep.Abstractions.Metering;
using Skep.Abstractions.Scheduling;
using Skep.Control.Tails;

namespace Skep.Control;

/// <summary>What the control plane shows of what runs.</summary>
/// <param name="Runs">What became of cron triggers.</param>
/// <param name="Tails">Takes the traces of invocations, for those who tail them.</param>
/// <param name="Usage">What Workers have used.</param>
public sealed record ControlFeeds(ICronStore Runs, TailSessions Tails, IUsageStore Usage)
{
    /// <summary>Stores what was counted and is not stored yet.</summary>
    public Func<Task> FlushUsage { get; init; } = static () => Task.CompletedTask;

    /// <summary>What each script has used since the start.</summary>
    public Func<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>> Totals { get; init; } =
        static () => new Dictionary<string, IReadOnlyDictionary<string, long>>();

    /// <summary>Figures of the processes.</summary>
    public Func<IEnumerable<ProcessGauge>> Gauges { get; init; } = static () => [];

    /// <summary>Why the server cannot serve now; null when it can.</summary>
    public Func<string?> NotReady { get; init; } = static () => null;
}
