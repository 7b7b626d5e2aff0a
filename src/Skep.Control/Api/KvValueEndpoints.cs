using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Kv;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>The pairs of a KV namespace, one at a time.</summary>
internal static class KvValueEndpoints
{
    private const string Value = KvNamespaceEndpoints.One + "/values/{key}";
    private const int FewestListed = 10;

    public static IEnumerable<ApiEndpoint> All(KvServices kv, TimeProvider time) =>
    [
        new("GET", KvNamespaceEndpoints.One + "/keys", request => ListAsync(kv, request)),
        new("GET", KvNamespaceEndpoints.One + "/metadata/{key}", request => MetadataAsync(kv, request)),
        new("GET", Value, request => GetAsync(kv, request)),
        new("PUT", Value, request => PutAsync(kv, request, time)),
        new("DELETE", Value, async request =>
        {
            var id = (await KvNamespaceEndpoints.FindAsync(kv, request)).Id;
            await kv.Store.WriteAsync(id, [new KvWrite(Key(request), Value: null)]);
            return new JsonObject();
        }),
    ];

    private static async Task<JsonNode?> ListAsync(KvServices kv, ApiRequest request)
    {
        var id = (await KvNamespaceEndpoints.FindAsync(kv, request)).Id;
        var limit = request.Query("limit") is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= FewestListed and <= KvRules.MaxListKeys
                ? value
                : throw ApiException.BadRequest($"\"limit\" must be a number from {FewestListed} to {KvRules.MaxListKeys}, not \"{text}\".")
            : KvRules.MaxListKeys;
        var prefix = request.Query("prefix") ?? "";
        KvRules.CheckKeyLength(prefix);
        var page = await kv.Store.ListAsync(id, new KvListQuery(prefix, request.Query("cursor") is { Length: > 0 } cursor ? cursor : null, limit), request.Http.RequestAborted);
        request.ResultInfo = new JsonObject { ["count"] = page.Keys.Count, ["cursor"] = page.Cursor ?? "" };
        return new JsonArray([.. page.Keys.Select(Describe)]);
    }

    private static async Task<JsonNode?> MetadataAsync(KvServices kv, ApiRequest request)
    {
        using var entry = await FindAsync(kv, request);
        return entry.Metadata is { } metadata ? JsonNode.Parse(metadata) : null;
    }

    // The value as it is, without an envelope.
    private static async Task<JsonNode?> GetAsync(KvServices kv, ApiRequest request)
    {
        using var entry = await FindAsync(kv, request);
        var response = request.Http.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = entry.Value.Length;
        if (entry.Expiration is { } expiration) response.Headers["expiration"] = expiration.ToString(CultureInfo.InvariantCulture);
        request.IsAnswered = true;
        await response.Body.WriteAsync(entry.Value, request.Http.RequestAborted);
        return null;
    }

    private static async Task<JsonNode?> PutAsync(KvServices kv, ApiRequest request, TimeProvider time)
    {
        var id = (await KvNamespaceEndpoints.FindAsync(kv, request)).Id;
        var key = Key(request);
        var expiration = KvRules.Expiration(time.GetUtcNow().ToUnixTimeSeconds(), Seconds(request, "expiration"), Seconds(request, "expiration_ttl"));
        var (value, metadata) = await KvValueBody.ReadAsync(request.Http.Request);
        KvRules.CheckValue(value.Length);
        await kv.Store.WriteAsync(id, [new KvWrite(key, value, expiration, KvMetadata.Normalise(metadata))]);
        return new JsonObject();
    }

    private static async Task<KvEntry> FindAsync(KvServices kv, ApiRequest request)
    {
        var id = (await KvNamespaceEndpoints.FindAsync(kv, request)).Id;
        return await kv.Store.GetAsync(id, Key(request), request.Http.RequestAborted)
            ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.KvKeyMissing, "get: 'key not found'"));
    }

    private static string Key(ApiRequest request)
    {
        var key = request.LastSegment();
        KvRules.CheckKey(key);
        return key;
    }

    private static long? Seconds(ApiRequest request, string name)
    {
        if (request.Query(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new KvException(400, $"Invalid {name} of {text}. Please specify integer greater than 0.");
    }

    private static JsonObject Describe(KvKey key)
    {
        var described = new JsonObject { ["name"] = key.Name };
        if (key.Expiration is { } expiration) described["expiration"] = expiration;
        if (key.Metadata is { } metadata) described["metadata"] = JsonNode.Parse(metadata);
        return described;
    }
}
