namespace Skep.Abstractions.Metering;

/// <summary>What scripts have used, stored by the minute, and later by the hour and the day.</summary>
public interface IUsageStore
{
    /// <summary>Adds samples, all of them or none.</summary>
    ValueTask AddAsync(IReadOnlyCollection<MeterSample> samples);

    /// <summary>What was used in a span of time, oldest first; nothing for times without use.</summary>
    ValueTask<IReadOnlyList<Usage>> QueryAsync(UsageQuery query);

    /// <summary>Joins what is old into hours and days, and forgets what is too old for these.</summary>
    ValueTask RollUpAsync(DateTimeOffset now);
}

/// <summary>A question to the store.</summary>
/// <param name="Script">The script; null for all.</param>
/// <param name="From">The beginning; the times of the answer may begin a little before, at a full minute, hour or day.</param>
/// <param name="To">The end, exclusive.</param>
/// <param name="Granularity">How finely the answer is divided.</param>
/// <param name="ByVersion">Whether versions are told apart.</param>
public sealed record UsageQuery(string? Script, DateTimeOffset From, DateTimeOffset To, UsageGranularity Granularity, bool ByVersion = false);

/// <summary>How finely usage is divided: the seconds of a part.</summary>
public enum UsageGranularity
{
    /// <summary>By the minute; kept for three days.</summary>
    Minute = 60,

    /// <summary>By the hour; kept for ninety days.</summary>
    Hour = 3600,

    /// <summary>By the day of UTC; kept for two years.</summary>
    Day = 86400,
}

/// <summary>What was used in a minute, hour or day.</summary>
/// <param name="Start">Its beginning.</param>
/// <param name="Script">The script.</param>
/// <param name="VersionId">The version; empty when versions are not told apart.</param>
/// <param name="Counts">By name; see <see cref="MeterNames"/>.</param>
public sealed record Usage(DateTimeOffset Start, string Script, string VersionId, IReadOnlyDictionary<string, long> Counts);
