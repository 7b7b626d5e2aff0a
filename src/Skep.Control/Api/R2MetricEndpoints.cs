using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.R2;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>What a bucket holds, as <c>wrangler r2 bucket info</c> asks for it: the one question of Cloudflare's GraphQL API that is answered.</summary>
internal static class R2MetricEndpoints
{
    private const string Operation = "getR2StorageMetrics";

    public static IEnumerable<ApiEndpoint> All(R2Services r2, TimeProvider time) => [new("POST", "/graphql", request => AnswerAsync(r2, request, time)) { OnlyReads = true }];

    // Without an envelope.
    private static async Task<JsonNode?> AnswerAsync(R2Services r2, ApiRequest request, TimeProvider time)
    {
        var body = await request.ReadObjectAsync();
        if (body.OptionalString("operationName") != Operation) throw ApiException.NotThere($"The GraphQL query \"{body.OptionalString("operationName")}\"");
        var name = body.OptionalObject("variables")?.OptionalObject("filter")?.OptionalString("bucketName") ?? throw ApiException.BadRequest("The query names no bucket.");
        if (!request.Token.Scripts.IsEmpty || await r2.Buckets.FindBucketAsync(name) is null) throw R2Exception.NoBucket();
        var usage = await r2.Store.UsageAsync(name, request.Http.RequestAborted);
        var group = new JsonObject
        {
            ["max"] = new JsonObject { ["objectCount"] = usage.Objects, ["payloadSize"] = usage.Bytes, ["metadataSize"] = 0 },
            ["dimensions"] = new JsonObject { ["datetime"] = ApiTime.Text(ApiTime.Now(time)) },
        };
        var answer = new JsonObject
        {
            ["data"] = new JsonObject { ["viewer"] = new JsonObject { ["accounts"] = new JsonArray(new JsonObject { ["r2StorageAdaptiveGroups"] = new JsonArray(group) }) } },
            ["errors"] = null,
        };
        request.IsAnswered = true;
        request.Http.Response.ContentType = "application/json";
        await request.Http.Response.WriteAsync(answer.ToJsonString(), request.Http.RequestAborted);
        return null;
    }
}
