namespace Skep.Abstractions.Metering;

/// <summary>What one version used since the sample before: a plain record, which can be sent to another process.</summary>
/// <param name="Script">The script.</param>
/// <param name="VersionId">The version.</param>
/// <param name="Minute">The minute it was used in, in seconds since 1970.</param>
/// <param name="Counts">By name; see <see cref="MeterNames"/>.</param>
public sealed record MeterSample(string Script, string VersionId, long Minute, IReadOnlyDictionary<string, long> Counts);
