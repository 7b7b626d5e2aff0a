namespace Skep.Edge.Caching;

/// <summary>How long a response is fresh. One object, so that it changes in one step under its readers' eyes.</summary>
/// <param name="Born">When the response came, less the age it had.</param>
/// <param name="StaleAt">When it stops being fresh.</param>
internal sealed record Freshness(DateTimeOffset Born, DateTimeOffset StaleAt);
