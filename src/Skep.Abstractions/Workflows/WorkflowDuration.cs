using System.Collections.Frozen;
using System.Globalization;

namespace Skep.Abstractions.Workflows;

/// <summary>Durations as Workflows write them: <c>5 minutes</c> (https://developers.cloudflare.com/workflows/build/sleeping-and-retrying/).</summary>
public static class WorkflowDuration
{
    private const double Second = 1000;
    private const double Day = 24 * 60 * 60 * Second;

    private static readonly FrozenDictionary<string, double> _units = new Dictionary<string, double>
    {
        ["second"] = Second,
        ["minute"] = 60 * Second,
        ["hour"] = 60 * 60 * Second,
        ["day"] = Day,
        ["week"] = 7 * Day,
        ["month"] = 30 * Day,
        ["year"] = 365 * Day,
    }.ToFrozenDictionary();

    /// <summary>The milliseconds of a text; null when it is no duration.</summary>
    public static double? Parse(string text) =>
        text.Trim().Split(' ') is [var count, var unit]
        && double.TryParse(count, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && _units.TryGetValue(unit.EndsWith('s') ? unit[..^1] : unit, out var length)
            ? number * length
            : null;
}
