using Skep.Output;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>What the operator reads about worker processes.</summary>
internal static class FleetLines
{
    private const int SignalBase = 128;

    /// <summary>The line; null for one that is below the level: what goes as planned is for debugging.</summary>
    public static Func<Style, string>? Format(FleetEvent happened, LogLevel level) => happened switch
    {
        FleetEvent.Serves(var process) when level == LogLevel.Debug => style => style.Dim($"worker process {process} serves"),
        FleetEvent.Ended(var process, _, true) when level == LogLevel.Debug => style => style.Dim($"worker process {process} has ended"),
        FleetEvent.Serves or FleetEvent.Ended(_, _, true) => null,
        FleetEvent.Ended(var process, var code, _) => style =>
            $"{style.Red($"✘ worker process {process} ended")} ({(code > SignalBase ? $"signal {code - SignalBase}" : $"exit code {code}")}); another takes its place.",
        FleetEvent.Unresponsive(var process, var after) => style => $"{style.Red($"✘ worker process {process} is killed:")} it has not answered for {after.TotalSeconds:0.#} s.",
        FleetEvent.Worn(var process, var lost) => style => style.Yellow($"Worker process {process} is replaced: Workers have cost it {lost} threads (docs/limits.md)."),
        FleetEvent.Failed(0, var reason) => style => $"{style.Red("✘ A worker process cannot be started:")} {reason}",
        FleetEvent.Failed(var process, var reason) => style => $"{style.Red($"✘ worker process {process} failed:")} {reason}",
        FleetEvent.Waiting(var failures, var wait) => style => style.Yellow($"{failures} worker processes in a row died young; the next starts in {Duration.Format(wait)}."),
        _ => null,
    };
}
