using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using Skep.Abstractions.Kv;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Many pairs of a KV namespace in one call: all of them are stored or removed, or none.</summary>
internal static partial class KvBulkEndpoints
{
    private const int MostPairs = 10_000;
    private const long MostBytes = 100_000_000;

    public static IEnumerable<ApiEndpoint> All(KvServices kv, TimeProvider time) =>
    [
        new("PUT", KvNamespaceEndpoints.One + "/bulk", request => PutAsync(kv, request, time)),
        new("DELETE", KvNamespaceEndpoints.One + "/bulk", request => DeleteAsync(kv, request)),
        new("POST", KvNamespaceEndpoints.One + "/bulk/delete", request => DeleteAsync(kv, request)),
        new("POST", KvNamespaceEndpoints.One + "/bulk/get", request => GetAsync(kv, request)) { OnlyReads = true },
    ];

    private static async Task<JsonNode?> PutAsync(KvServices kv, ApiRequest request, TimeProvider time)
    {
        var id = (await KvNamespaceEndpoints.FindAsync(kv, request)).Id;
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var writes = new List<KvWrite>();
        try
        {
            // One pair after the other: the text of a hundred megabytes is never there as a whole.
            await foreach (var pair in JsonSerializer.DeserializeAsyncEnumerable(request.Http.Request.Body, Pairs.Default.Pair, request.Http.RequestAborted))
            {
                if (writes.Count == MostPairs) throw ApiException.BadRequest($"One call stores at most {MostPairs} pairs.");
                writes.Add(Read(pair ?? throw ApiException.BadRequest("A pair must be an object."), now));
            }
        }
        catch (JsonException malformed)
        {
            throw ApiException.BadRequest($"The body must be an array of {{ \"key\", \"value\", … }}: {malformed.Message}");
        }

        await kv.Store.WriteAsync(id, writes);
        return Done(writes.Count);
    }

    private static async Task<JsonNode?> DeleteAsync(KvServices kv, ApiRequest request)
    {
        var id = (await KvNamespaceEndpoints.FindAsync(kv, request)).Id;
        var keys = await request.ReadJsonAsync() as JsonArray ?? throw ApiException.BadRequest("The body must be an array of keys.");
        if (keys.Count > MostPairs) throw ApiException.BadRequest($"One call removes at most {MostPairs} pairs.");
        // wrangler sends names, or what `kv key list` printed.
        KvWrite[] writes = [.. keys.Select(each => new KvWrite(each is JsonObject listed ? listed.RequiredString("name") : Name(each), Value: null))];
        foreach (var write in writes) KvRules.CheckKey(write.Key);
        await kv.Store.WriteAsync(id, writes);
        return Done(writes.Length);
    }

    private static async Task<JsonNode?> GetAsync(KvServices kv, ApiRequest request)
    {
        var id = (await KvNamespaceEndpoints.FindAsync(kv, request)).Id;
        var body = await request.ReadObjectAsync();
        string[] keys = [.. body.OptionalArray("keys").Strings("keys")];
        KvRules.CheckBulkGet(keys.Length);
        foreach (var key in keys) KvRules.CheckKey(key);
        var asJson = body.OptionalString("type") switch
        {
            null or "text" => false,
            "json" => true,
            var type => throw new KvException(400, $"\"{type}\" is not a valid type. Use \"json\" or \"text\""),
        };
        var withMetadata = body.OptionalBoolean("withMetadata") ?? false;
        var entries = await kv.Store.GetManyAsync(id, keys, KvRules.MaxValueBytes, request.Http.RequestAborted);
        var values = new JsonObject();
        for (var i = 0; i < keys.Length; i++)
        {
            using var entry = entries[i];
            values[keys[i]] = entry is null ? null : Describe(entry, asJson, withMetadata);
        }

        return new JsonObject { ["values"] = values };
    }

    private static JsonNode? Describe(KvEntry entry, bool asJson, bool withMetadata)
    {
        JsonNode? value;
        try
        {
            value = asJson ? JsonNode.Parse(entry.Value.Span) : Encoding.UTF8.GetString(entry.Value.Span);
        }
        catch (JsonException malformed)
        {
            throw new KvException(400, "At least one of the requested keys corresponds to a non-json value", malformed);
        }

        if (!withMetadata) return value;
        var described = new JsonObject { ["value"] = value, ["metadata"] = entry.Metadata is { } metadata ? JsonNode.Parse(metadata) : null };
        if (entry.Expiration is { } expiration) described["expiration"] = expiration;
        return described;
    }

    private static KvWrite Read(Pair pair, long now)
    {
        if (pair.Key is not { } key) throw ApiException.BadRequest("A pair has no \"key\".");
        if (pair.Value is not { } text) throw ApiException.BadRequest($"The pair \"{key}\" has no \"value\", which must be a string.");
        KvRules.CheckKey(key);
        byte[] value;
        try
        {
            value = pair.Base64 == true ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
        }
        catch (FormatException)
        {
            throw ApiException.BadRequest($"The value of \"{key}\" is no base64.");
        }

        KvRules.CheckValue(value.Length);
        return new KvWrite(key, value, KvRules.Expiration(now, pair.Expiration, pair.ExpirationTtl), KvMetadata.Normalise(pair.Metadata));
    }

    private static string Name(JsonNode? key) =>
        key is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ApiException.BadRequest("Each key must be a string.");

    private static JsonObject Done(int count) => new() { ["successful_key_count"] = count, ["unsuccessful_keys"] = new JsonArray() };

    /// <summary>A pair of an upload.</summary>
    internal sealed record Pair(
        [property: JsonPropertyName("key")] string? Key,
        [property: JsonPropertyName("value")] string? Value,
        [property: JsonPropertyName("expiration")] long? Expiration,
        [property: JsonPropertyName("expiration_ttl")] long? ExpirationTtl,
        [property: JsonPropertyName("metadata")] JsonElement Metadata,
        [property: JsonPropertyName("base64")] bool? Base64);

    /// <summary>How pairs are read, without reflection.</summary>
    [JsonSerializable(typeof(Pair))]
    internal sealed partial class Pairs : JsonSerializerContext;
}
