using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Objects;

namespace Skep.Control.Api;

/// <summary>The rules of an R2 bucket: who may read it from other origins' pages, and what becomes of old objects.</summary>
internal static class R2RuleEndpoints
{
    private const string Cors = R2BucketEndpoints.One + "/cors";
    private const string Lifecycle = R2BucketEndpoints.One + "/lifecycle";

    public static IEnumerable<ApiEndpoint> All(R2Services r2, TimeProvider time) =>
    [
        new("GET", Cors, async request => new JsonObject { ["rules"] = JsonNode.Parse((await R2BucketEndpoints.FindAsync(r2, request)).Cors ?? throw NoCors()) }),
        new("PUT", Cors, async request =>
        {
            var bucket = await R2BucketEndpoints.FindAsync(r2, request);
            var rules = (await request.ReadObjectAsync()).OptionalArray("rules");
            _ = CorsRules.Parse(rules);
            return await ChangeAsync(r2, request, time, bucket with { Cors = rules.ToJsonString() }, "r2.cors");
        }),
        new("DELETE", Cors, async request => await ChangeAsync(r2, request, time, (await R2BucketEndpoints.FindAsync(r2, request)) with { Cors = null }, "r2.cors")),
        new("GET", Lifecycle, async request => new JsonObject { ["rules"] = LifecycleRules.Json(await R2BucketEndpoints.FindAsync(r2, request)) }),
        new("PUT", Lifecycle, async request =>
        {
            var bucket = await R2BucketEndpoints.FindAsync(r2, request);
            var rules = (await request.ReadObjectAsync()).OptionalArray("rules");
            _ = LifecycleRules.Parse(rules);
            return await ChangeAsync(r2, request, time, bucket with { Lifecycle = rules.ToJsonString() }, "r2.lifecycle");
        }),
    ];

    private static async Task<JsonNode?> ChangeAsync(R2Services r2, ApiRequest request, TimeProvider time, R2BucketEntry changed, string action)
    {
        await r2.Buckets.ChangeBucketAsync(changed, request.Audit(ApiTime.Now(time), action, changed.Name));
        return new JsonObject();
    }

    private static ApiException NoCors() => new(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.R2NoCors, "The CORS configuration does not exist."));
}
