namespace Skep.Abstractions.Analytics;

/// <summary>A data point (https://developers.cloudflare.com/analytics/analytics-engine/).</summary>
/// <param name="Dataset">Where it belongs.</param>
/// <param name="Timestamp">Seconds since 1970.</param>
/// <param name="Index">What it is sampled by; empty without one.</param>
/// <param name="Blobs">Its texts.</param>
/// <param name="Doubles">Its numbers.</param>
public sealed record AnalyticsPoint(string Dataset, long Timestamp, string Index, IReadOnlyList<string> Blobs, IReadOnlyList<double> Doubles)
{
    /// <summary>What a point may have in texts, and in numbers.</summary>
    public const int MostMembers = 20;

    /// <summary>What its texts may have together, in bytes of UTF-8.</summary>
    public const int MostBlobBytes = 800 * MostMembers;

    /// <summary>What an index may have, in bytes of UTF-8.</summary>
    public const int MostIndexBytes = 96;

    /// <summary>Points that an invocation may write.</summary>
    public const int MostOfInvocation = 250;

    /// <summary>Whether a dataset may be called that: it is a table of queries.</summary>
    public static bool IsDataset(string name) =>
        name.Length is > 0 and <= 64 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(each => char.IsAsciiLetterOrDigit(each) || each == '_');
}
