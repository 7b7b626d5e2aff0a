using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Which R2 buckets versions are bound to, and may be.</summary>
internal static class R2Bindings
{
    private const string Default = "default";

    public static R2BucketBinding Read(string name, JsonObject from) =>
        from.OptionalString("jurisdiction") is null or Default or ""
            ? new R2BucketBinding(name, from.RequiredString("bucket_name"))
            : throw ApiException.NotThere($"The jurisdiction \"{from.OptionalString("jurisdiction")}\" of the R2 bucket that \"{name}\" is bound to");

    /// <summary>Refuses a version that is bound to a bucket that does not exist, or that the token may not hand out.</summary>
    /// <exception cref="ApiException">It is.</exception>
    public static async Task CheckAsync(WorkerVersion version, ApiRequest request, IR2Buckets buckets, ICatalog catalog)
    {
        string[] wanted = [.. version.Bindings.OfType<R2BucketBinding>().Select(binding => binding.BucketName).Distinct(StringComparer.Ordinal)];
        if (wanted.Length == 0) return;
        foreach (var name in wanted)
        {
            if (await buckets.FindBucketAsync(name) is null)
                throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.R2BindingMissing, $"R2 bucket '{name}' not found. Please use a different name and try again: `wrangler r2 bucket list` shows those there are."));
        }

        // A token for certain Workers would else read any bucket by binding it to one of them.
        if (request.Token.Scripts.IsEmpty) return;
        var bound = await BoundAsync(catalog, request.Token.Scripts);
        if (wanted.FirstOrDefault(name => !bound.Contains(name)) is { } foreign)
        {
            throw new ApiException(
                HttpStatusCode.Forbidden,
                new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" may not bind the R2 bucket {foreign}: none of its Workers is bound to it. Deploy once with a token for the account."));
        }
    }

    /// <summary>The buckets that the scripts' newest versions are bound to.</summary>
    public static async Task<HashSet<string>> BoundAsync(ICatalog catalog, ImmutableArray<string> scripts)
    {
        var bound = new HashSet<string>(StringComparer.Ordinal);
        foreach (var script in scripts)
        {
            if (await catalog.ListVersionsAsync(script, 1) is not [var newest, ..]) continue;
            foreach (var binding in BindingMerge.Bindings(newest))
            {
                if (binding.RequiredString("type") == BindingReader.R2Bucket) bound.Add(binding.RequiredString("bucket_name"));
            }
        }

        return bound;
    }
}
