using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.R2;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Objects;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>R2 buckets: create, list, change, delete (https://developers.cloudflare.com/api/resources/r2/subresources/buckets/).</summary>
internal static class R2BucketEndpoints
{
    public const string Root = ApiEndpoint.Account + "/r2/buckets";
    public const string One = Root + "/{bucket}";

    private const string StorageClassHeader = "cf-r2-storage-class";
    private const string JurisdictionHeader = "cf-r2-jurisdiction";
    private const int MostPerPage = 1000;

    public static IEnumerable<ApiEndpoint> All(R2Services r2, ICatalog catalog, TimeProvider time) =>
    [
        new("GET", Root, request => ListAsync(r2, catalog, request)),
        new("POST", Root, request => CreateAsync(r2, request, time)),
        new("GET", One, async request => Describe(await FindAsync(r2, request))),
        new("PATCH", One, request => ChangeAsync(r2, request, time)),
        new("DELETE", One, request => DeleteAsync(r2, request, time)),
        new("GET", One + "/usage", request => UsageAsync(r2, request)),
    ];

    /// <summary>The bucket that the path names.</summary>
    /// <exception cref="ApiException">There is none, or the token is for certain Workers only.</exception>
    public static async Task<R2BucketEntry> FindAsync(R2Services r2, ApiRequest request)
    {
        CheckToken(request);
        CheckJurisdiction(request);
        return await r2.Buckets.FindBucketAsync(request.Route("bucket")) ?? throw NoBucket();
    }

    private static async Task<JsonNode?> ListAsync(R2Services r2, ICatalog catalog, ApiRequest request)
    {
        CheckJurisdiction(request);
        IEnumerable<R2BucketEntry> all = await r2.Buckets.ListBucketsAsync();
        if (!request.Token.Scripts.IsEmpty)
        {
            // Whoever may see some Workers only sees what those are bound to.
            var bound = await R2Bindings.BoundAsync(catalog, request.Token.Scripts);
            all = all.Where(each => bound.Contains(each.Name));
        }

        if (request.Query("name_contains") is { } part) all = all.Where(each => each.Name.Contains(part, StringComparison.Ordinal));
        var (descending, after) = (request.Query("direction") == "desc", request.Query("cursor") ?? request.Query("start_after"));
        if (descending) all = all.Reverse();
        if (after is not null) all = all.Where(each => descending ? string.CompareOrdinal(each.Name, after) < 0 : string.CompareOrdinal(each.Name, after) > 0);
        var perPage = request.Query("per_page") is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= MostPerPage
                ? value
                : throw ApiException.BadRequest($"\"per_page\" must be a number from 1 to {MostPerPage}, not \"{text}\".")
            : MostPerPage;
        R2BucketEntry[] page = [.. all.Take(perPage + 1)];
        if (page.Length > perPage) request.ResultInfo = new JsonObject { ["cursor"] = page[perPage - 1].Name, ["per_page"] = perPage };
        return new JsonObject { ["buckets"] = new JsonArray([.. page.Take(perPage).Select(Describe)]) };
    }

    private static async Task<JsonNode?> CreateAsync(R2Services r2, ApiRequest request, TimeProvider time)
    {
        CheckToken(request);
        CheckJurisdiction(request);
        var body = await request.ReadObjectAsync();
        var created = new R2BucketEntry(
            body.RequiredString("name"), ApiTime.Now(time), R2StorageClasses.Check(body.OptionalString("storageClass") ?? R2StorageClasses.Standard), body.OptionalString("locationHint"));
        if (!await BucketCreation.CreateAsync(r2, created, request.Audit(created.CreatedOn, "r2.create", created.Name)))
        {
            throw new ApiException(
                HttpStatusCode.Conflict, new ApiError(ApiErrorCodes.R2BucketTaken, "The bucket you tried to create already exists, and you own it."));
        }

        return Describe(created);
    }

    private static async Task<JsonNode?> ChangeAsync(R2Services r2, ApiRequest request, TimeProvider time)
    {
        var known = await FindAsync(r2, request);
        var given = request.Http.Request.Headers[StorageClassHeader].ToString();
        if (given.Length == 0) throw ApiException.BadRequest($"The header {StorageClassHeader} is missing: it is all that can be changed of a bucket.");
        var changed = known with { StorageClass = R2StorageClasses.Check(given) };
        await r2.Store.SetStorageClassAsync(known.Name, changed.StorageClass);
        if (!await r2.Buckets.ChangeBucketAsync(changed, request.Audit(ApiTime.Now(time), "r2.change", known.Name, changed.StorageClass))) throw NoBucket();
        return Describe(changed);
    }

    private static async Task<JsonNode?> DeleteAsync(R2Services r2, ApiRequest request, TimeProvider time)
    {
        var known = await FindAsync(r2, request);
        await r2.Store.DropBucketAsync(known.Name);
        if (!await r2.Buckets.RemoveBucketAsync(known.Name, request.Audit(ApiTime.Now(time), "r2.delete", known.Name))) throw NoBucket();
        return new JsonObject();
    }

    private static async Task<JsonNode?> UsageAsync(R2Services r2, ApiRequest request)
    {
        var usage = await r2.Store.UsageAsync((await FindAsync(r2, request)).Name, request.Http.RequestAborted);
        return new JsonObject { ["objectCount"] = usage.Objects, ["payloadSize"] = usage.Bytes, ["uploadCount"] = usage.Uploads };
    }

    private static JsonObject Describe(R2BucketEntry one) => new()
    {
        ["name"] = one.Name,
        ["creation_date"] = ApiTime.Text(one.CreatedOn),
        ["location"] = one.Location?.ToUpperInvariant() ?? "LOCAL",
        ["storage_class"] = one.StorageClass,
        ["jurisdiction"] = "default",
    };

    private static void CheckToken(ApiRequest request)
    {
        if (request.Token.Scripts.IsEmpty) return;
        throw new ApiException(
            HttpStatusCode.Forbidden,
            new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" is for {string.Join(", ", request.Token.Scripts)} only, not for R2 buckets."));
    }

    private static void CheckJurisdiction(ApiRequest request)
    {
        if (request.Http.Request.Headers[JurisdictionHeader].ToString() is { Length: > 0 } given and not "default")
            throw ApiException.NotThere($"The jurisdiction \"{given}\" of R2 buckets");
    }

    private static ApiException NoBucket() => new(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.R2NoSuchBucket, "The specified bucket does not exist."));
}
