using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Metering;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>What Workers have used. Cloudflare answers this over GraphQL; these calls are Skep's own.</summary>
internal static class MetricsEndpoints
{
    private const int MostParts = 10_000;

    private static readonly FrozenDictionary<string, UsageGranularity> Granularities = new Dictionary<string, UsageGranularity>
    {
        ["minute"] = UsageGranularity.Minute,
        ["hour"] = UsageGranularity.Hour,
        ["day"] = UsageGranularity.Day,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<ApiEndpoint> All(ICatalog catalog, ControlFeeds feeds, TimeProvider time) =>
    [
        new("GET", ApiEndpoint.Script + "/metrics", async request =>
        {
            var script = await ScriptEndpoints.FindAsync(catalog, request);
            return await AnswerAsync(feeds, Read(request, script.Name, time));
        }),
        new("GET", ApiEndpoint.Account + "/workers/metrics", request => AnswerAsync(feeds, Read(request, null, time))),
    ];

    private static UsageQuery Read(ApiRequest request, string? script, TimeProvider time)
    {
        var name = request.Query("granularity") ?? "minute";
        if (!Granularities.TryGetValue(name, out var granularity))
            throw ApiException.BadRequest($"\"granularity\" must be one of {string.Join(", ", Granularities.Keys)}, not \"{name}\".");
        var to = Moment(request, "to") ?? time.GetUtcNow();
        var from = Moment(request, "from") ?? to.AddHours(-1);
        if (from >= to) throw ApiException.BadRequest("\"from\" must be before \"to\".");
        if ((to - from).TotalSeconds / (int)granularity > MostParts) throw ApiException.BadRequest($"From \"from\" to \"to\" there are more than {MostParts} {name}s: ask for less, or by a coarser granularity.");
        var by = request.Query("by");
        if (by is not (null or "version")) throw ApiException.BadRequest($"\"by\" can be version only, not \"{by}\".");
        return new UsageQuery(script, from, to, granularity, by is not null);
    }

    // Seconds since 1970, or ISO 8601.
    private static DateTimeOffset? Moment(ApiRequest request, string name)
    {
        if (request.Query(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw ApiException.BadRequest($"\"{name}\" must be a time such as 2026-01-31T12:00:00Z, or seconds since 1970, not \"{text}\".");
    }

    private static async Task<JsonNode?> AnswerAsync(ControlFeeds feeds, UsageQuery query)
    {
        // What was counted a moment ago shall be there.
        await feeds.FlushUsage();
        return new JsonArray([.. (await feeds.Usage.QueryAsync(query)).Select(usage => Describe(usage, query))]);
    }

    private static JsonObject Describe(Usage usage, UsageQuery query)
    {
        var described = new JsonObject { ["start"] = ApiTime.Text(usage.Start) };
        if (query.Script is null) described["script"] = usage.Script;
        if (query.ByVersion) described["version_id"] = usage.VersionId;
        foreach (var (name, count) in usage.Counts.OrderBy(each => each.Key, StringComparer.Ordinal)) described[name] = count;
        return described;
    }
}
