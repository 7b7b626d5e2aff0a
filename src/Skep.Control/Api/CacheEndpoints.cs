using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Channels;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Purging (https://developers.cloudflare.com/api/resources/cache/methods/purge/).</summary>
internal static class CacheEndpoints
{
    private const int MostItems = 500;

    public static IEnumerable<ApiEndpoint> All(ICachePurge? cache) =>
    [
        new("POST", "/zones/{zone}/purge_cache", request => PurgeAsync(cache, request)),
    ];

    private static async Task<JsonNode?> PurgeAsync(ICachePurge? cache, ApiRequest request)
    {
        if (cache is null) throw ApiException.NotThere("Purging the cache of this server");
        var zone = request.Route("zone");
        var body = await request.ReadObjectAsync();
        var purge = new CachePurge(zone)
        {
            Everything = body.OptionalBoolean("purge_everything") ?? false,
            Urls = [.. body.OptionalArray("files").Select(Url)],
            Tags = Strings(body, "tags"),
            Hosts = Strings(body, "hosts"),
            Prefixes = Strings(body, "prefixes"),
        };
        int[] given = [purge.Urls.Length, purge.Tags.Length, purge.Hosts.Length, purge.Prefixes.Length];
        var kinds = given.Count(count => count > 0) + (purge.Everything ? 1 : 0);
        if (kinds != 1) throw Refusal(ApiErrorCodes.PurgeMissing, "Request must contain one of \"purge_everything\", \"files\", \"tags\", \"hosts\" or \"prefixes\"");
        if (given.Max() > MostItems) throw Refusal(ApiErrorCodes.PurgeTooMany, $"At most {MostItems} items can be purged with one call.");
        await cache.PurgeAsync(purge);
        return new JsonObject { ["id"] = zone };
    }

    private static ImmutableArray<string> Strings(JsonObject body, string name) => [.. body.OptionalArray(name).Strings($"\"{name}\"")];

    // A string, or { "url": …, "headers": … }: all variants go, whatever the headers.
    private static string Url(JsonNode? file)
    {
        var url = file switch
        {
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            JsonObject described => described.RequiredString("url"),
            _ => throw ApiException.BadRequest("Each of \"files\" must be a URL, or an object with a \"url\"."),
        };
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? url
            : throw Refusal(ApiErrorCodes.PurgeInvalidUrl, $"Unable to purge '{url}', which is an invalid URL.");
    }

    private static ApiException Refusal(int code, string message) => new(HttpStatusCode.BadRequest, new ApiError(code, message));
}
