using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Skep.Control.Objects;

namespace Skep.Control.S3;

/// <summary>Access by pages of other origins, as the bucket's rules allow it (https://fetch.spec.whatwg.org/#http-cors-protocol).</summary>
internal sealed class S3Cors(R2Services r2)
{
    /// <summary>Whether a browser asks what it may send.</summary>
    public static bool IsPreflight(HttpRequest request) => HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Access-Control-Request-Method");

    /// <summary>Answers a browser that asks.</summary>
    public async Task AnswerAsync(S3Request request)
    {
        var method = request.Header("Access-Control-Request-Method")!;
        string[] headers = (request.Header("Access-Control-Request-Headers") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (await FindAsync(request, method, headers) is not { } rule)
            throw new S3Exception(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.");
        Allow(request, rule);
        var response = request.Http.Response.Headers;
        response.AccessControlAllowMethods = string.Join(", ", rule.Methods);
        if (headers.Length > 0) response.AccessControlAllowHeaders = string.Join(", ", headers);
        if (rule.MaxAge is { } age) response.AccessControlMaxAge = age.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Lets a browser show the answer to the page.</summary>
    public async Task AllowAsync(S3Request request)
    {
        if (await FindAsync(request, request.Method, []) is { } rule) Allow(request, rule);
    }

    private static void Allow(S3Request request, CorsRules.Rule rule)
    {
        var response = request.Http.Response.Headers;
        response.AccessControlAllowOrigin = rule.Origins.Contains("*") ? "*" : request.Header("Origin");
        response.Vary = "Origin";
        if (rule.Exposed.Count > 0) response.AccessControlExposeHeaders = string.Join(", ", rule.Exposed);
    }

    private async Task<CorsRules.Rule?> FindAsync(S3Request request, string method, IEnumerable<string> headers)
    {
        if (request.Header("Origin") is not { } origin || request.Bucket.Length == 0) return null;
        return await r2.Buckets.FindBucketAsync(request.Bucket) is { Cors: { } rules } ? CorsRules.Parse((JsonArray)JsonNode.Parse(rules)!).Find(origin, method, headers) : null;
    }
}
