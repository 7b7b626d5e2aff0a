using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>What Cloudflare has for R2 buckets and Skep has not: refused by name.</summary>
internal static class R2RefusedEndpoints
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private static readonly (string Path, string What)[] Refused =
    [
        (R2BucketEndpoints.One + "/lock", "Locks of an R2 bucket"),
        (R2BucketEndpoints.One + "/sippy", "Migration with Sippy"),
        (R2BucketEndpoints.One + "/domains/{**rest}", "Domains of an R2 bucket: bind the bucket to a Worker and serve it from there. Public buckets"),
        (R2BucketEndpoints.One + "/local-uploads", "Local uploads"),
        (ApiEndpoint.Account + "/event_notifications/r2/{**rest}", "Event notifications of an R2 bucket"),
        (ApiEndpoint.Account + "/r2-catalog/{**rest}", "R2 Data Catalog"),
        (ApiEndpoint.Account + "/r2/temp-access-credentials", "Temporary credentials: make a token with `skep token create`, or a presigned URL. Those"),
        (ApiEndpoint.Account + "/slurper/{**rest}", "Super Slurper"),
    ];

    public static IEnumerable<ApiEndpoint> All() =>
        from refused in Refused
        from method in Methods
        select new ApiEndpoint(method, refused.Path, _ => throw ApiException.NotThere(refused.What));
}
