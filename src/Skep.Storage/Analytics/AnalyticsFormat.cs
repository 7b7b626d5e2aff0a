using Skep.Abstractions.Analytics;

namespace Skep.Storage.Analytics;

/// <summary>How an answer is written (https://developers.cloudflare.com/analytics/analytics-engine/sql-reference/statements/#format-clause).</summary>
internal sealed record AnalyticsFormat(string Name, string ContentType)
{
    public static readonly AnalyticsFormat Json = new("JSON", "application/json");
    public static readonly AnalyticsFormat JsonEachRow = new("JSONEachRow", "application/x-ndjson");
    public static readonly AnalyticsFormat TabSeparated = new("TabSeparated", "text/tab-separated-values");
    private static readonly AnalyticsFormat[] All = [Json, JsonEachRow, TabSeparated];

    /// <exception cref="AnalyticsException">There is no such format.</exception>
    public static AnalyticsFormat Find(string? name) => name is null
        ? Json
        : All.FirstOrDefault(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new AnalyticsException($"There is no format {name}; use {string.Join(", ", All.Select(each => each.Name))}.");
}
