using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Skep.Abstractions.R2;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Objects;

namespace Skep.Control.Api;

/// <summary>The objects of an R2 bucket, as <c>wrangler r2 object</c> and the dashboard reach them.</summary>
internal static class R2ObjectEndpoints
{
    private const string Objects = R2BucketEndpoints.One + "/objects";
    private const string One = Objects + "/{**key}";

    public static IEnumerable<ApiEndpoint> All(R2Services r2) =>
    [
        new("GET", Objects, request => ListAsync(r2, request)),
        new("GET", One, request => GetAsync(r2, request)),
        new("HEAD", One, request => GetAsync(r2, request)),
        new("PUT", One, request => PutAsync(r2, request)),
        new("DELETE", One, async request =>
        {
            await r2.Store.DeleteAsync((await R2BucketEndpoints.FindAsync(r2, request)).Name, [Key(request)]);
            return new JsonObject();
        }),
    ];

    private static async Task<JsonNode?> ListAsync(R2Services r2, ApiRequest request)
    {
        var bucket = (await R2BucketEndpoints.FindAsync(r2, request)).Name;
        var query = new R2ListQuery
        {
            Prefix = request.Query("prefix") ?? "",
            Delimiter = request.Query("delimiter") ?? "",
            Cursor = request.Query("cursor") is { Length: > 0 } cursor ? cursor : null,
            StartAfter = request.Query("start_after"),
            Limit = int.TryParse(request.Query("per_page"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : R2Rules.MaxListKeys,
            WithHttp = true,
            WithCustom = true,
        };
        var page = await r2.Store.ListAsync(bucket, query, request.Http.RequestAborted);
        request.ResultInfo = new JsonObject
        {
            ["cursor"] = page.Cursor ?? "",
            ["is_truncated"] = page.Cursor is not null,
            ["per_page"] = query.Limit,
            ["delimited"] = page.Prefixes.ToJson(),
        };
        return new JsonArray([.. page.Objects.Select(Describe)]);
    }

    // The content as it is, without an envelope.
    private static async Task<JsonNode?> GetAsync(R2Services r2, ApiRequest request)
    {
        var bucket = (await R2BucketEndpoints.FindAsync(r2, request)).Name;
        await using var read = await r2.Store.GetAsync(bucket, new R2Get(Key(request)), request.Http.RequestAborted) ?? throw R2Exception.NoKey();
        var response = request.Http.Response;
        R2Headers.Write(read.Object, response.Headers);
        response.ContentLength = read.Length;
        request.IsAnswered = true;
        if (!HttpMethods.IsHead(request.Http.Request.Method)) await R2Headers.SendAsync(read, response, request.Http.RequestAborted);
        return null;
    }

    private static async Task<JsonNode?> PutAsync(R2Services r2, ApiRequest request)
    {
        var bucket = (await R2BucketEndpoints.FindAsync(r2, request)).Name;
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = R2Rules.MaxUploadBytes;
        var headers = request.Http.Request.Headers;
        var put = new R2Put
        {
            Key = Key(request),
            Http = R2Headers.Read(headers),
            StorageClass = headers["cf-r2-storage-class"].ToString() is { Length: > 0 } storageClass ? storageClass : null,
        };
        var stored = await r2.Store.PutAsync(bucket, put, new R2Body(default, request.Http.Request.Body, request.Http.Request.ContentLength), request.Http.RequestAborted);
        return Describe(stored!);
    }

    // All behind the bucket, decoded once: the route's value would not tell an encoded slash from a plain one.
    private static string Key(ApiRequest request)
    {
        var target = request.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        if (target.IndexOf('?') is >= 0 and var query) target = target[..query];
        const string Before = "/objects/";
        var key = Uri.UnescapeDataString(target[(target.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..].ToString());
        R2Rules.CheckKey(key);
        return key;
    }

    private static JsonObject Describe(R2Object stored)
    {
        var http = new JsonObject();
        Add(http, "contentType", stored.Http?.ContentType);
        Add(http, "contentLanguage", stored.Http?.ContentLanguage);
        Add(http, "contentDisposition", stored.Http?.ContentDisposition);
        Add(http, "contentEncoding", stored.Http?.ContentEncoding);
        Add(http, "cacheControl", stored.Http?.CacheControl);
        return new JsonObject
        {
            ["key"] = stored.Key,
            ["etag"] = stored.ETag,
            ["last_modified"] = ApiTime.Text(DateTimeOffset.FromUnixTimeMilliseconds(stored.Uploaded)),
            ["size"] = stored.Size,
            ["http_metadata"] = http,
            ["custom_metadata"] = new JsonObject((stored.Custom ?? R2Rules.NoMetadata).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
            ["storage_class"] = stored.StorageClass,
        };
    }

    private static void Add(JsonObject to, string name, string? value)
    {
        if (value is not null) to[name] = value;
    }
}
