using System.Globalization;
using Skep.Abstractions.Metering;

namespace Skep.Output;

/// <summary>What a Worker used, as a line.</summary>
internal static class UsageLine
{
    public static string Format(Style style, Usage usage)
    {
        var counts = usage.Counts;
        var requests = counts.GetValueOrDefault(MeterNames.Requests);
        var failed = requests - counts.GetValueOrDefault(MeterNames.OfOutcome(Skep.Abstractions.Events.InvocationOutcome.Ok));
        var parts = new List<string>
        {
            $"{requests} requests",
            failed > 0 ? style.Red($"{failed} failed") : "0 failed",
            $"cpu {Seconds(counts.GetValueOrDefault(MeterNames.CpuMicroseconds))}",
            $"wall {Seconds(counts.GetValueOrDefault(MeterNames.WallMicroseconds))}",
            $"{counts.GetValueOrDefault(MeterNames.Subrequests)} subrequests",
            $"{counts.GetValueOrDefault(MeterNames.BytesIn)} B in",
            $"{counts.GetValueOrDefault(MeterNames.BytesOut)} B out",
        };
        parts.AddRange(counts.Where(each => IsOperation(each.Key)).OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Value} {each.Key}"));
        var version = usage.VersionId.Length > 0 ? $" {style.Dim(usage.VersionId)}" : "";
        return $"{usage.Start:yyyy-MM-dd HH:mm}  {style.Bold(usage.Script)}{version}  {string.Join(", ", parts)}";
    }

    // Storage operations and whatever else is counted under a name of its own.
    private static bool IsOperation(string name) => name.Contains('.', StringComparison.Ordinal) && !name.StartsWith(MeterNames.OutcomePrefix, StringComparison.Ordinal);

    private static string Seconds(long microseconds) => Duration.Format(TimeSpan.FromMicroseconds(microseconds));
}
