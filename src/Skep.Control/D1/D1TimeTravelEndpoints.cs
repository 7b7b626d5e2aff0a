using System.Globalization;
using System.Text.Json.Nodes;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.D1;

/// <summary>Going back in time: <c>wrangler d1 time-travel</c>
/// (https://developers.cloudflare.com/api/resources/d1/subresources/database/subresources/time_travel/).</summary>
internal static class D1TimeTravelEndpoints
{
    private const string Root = D1DatabaseEndpoints.One + "/time_travel";

    public static IEnumerable<ApiEndpoint> All(D1Services d1, TimeProvider time) =>
    [
        new("GET", Root + "/bookmark", async request =>
        {
            var database = await D1DatabaseEndpoints.FindAsync(d1, request);
            return new JsonObject { ["bookmark"] = await d1.Upkeep.FindBookmarkAsync(database.Id, Timestamp(request, time)) };
        }),
        new("POST", Root + "/restore", async request =>
        {
            var database = await D1DatabaseEndpoints.FindAsync(d1, request);
            var bookmark = (request.Query("bookmark"), Timestamp(request, time)) switch
            {
                ({ } given, null) => given,
                (null, { } at) => await d1.Upkeep.FindBookmarkAsync(database.Id, at),
                _ => throw ApiException.BadRequest("Say where to go back to: \"bookmark\" or \"timestamp\"."),
            };
            var restored = await d1.Upkeep.RestoreAsync(database.Id, bookmark);
            return new JsonObject
            {
                ["bookmark"] = restored.Bookmark,
                ["previous_bookmark"] = restored.PreviousBookmark,
                ["message"] = $"Database {database.Name} is what it was at {bookmark}.",
            };
        }),
    ];

    private static DateTimeOffset? Timestamp(ApiRequest request, TimeProvider time)
    {
        if (request.Query("timestamp") is not { Length: > 0 } text) return null;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            throw ApiException.BadRequest($"\"timestamp\" must be a time such as 2026-01-31T12:00:00Z, not \"{text}\".");
        return at <= time.GetUtcNow() ? at : throw ApiException.BadRequest($"\"timestamp\" is in the future: {text}.");
    }
}
