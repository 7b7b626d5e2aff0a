using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Kv;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>KV namespaces: create, list, rename, delete
/// (https://developers.cloudflare.com/api/resources/kv/subresources/namespaces/).</summary>
internal static class KvNamespaceEndpoints
{
    public const string Root = ApiEndpoint.Account + "/storage/kv/namespaces";
    public const string One = Root + "/{namespace}";

    private const int LongestTitle = 512;
    private const int MostPerPage = 1000;
    private const int UsualPerPage = 20;

    public static IEnumerable<ApiEndpoint> All(KvServices kv, ICatalog catalog, TimeProvider time) =>
    [
        new("GET", Root, request => ListAsync(kv, catalog, request)),
        new("POST", Root, request => CreateAsync(kv, request, time)),
        new("GET", One, async request => Describe(await FindAsync(kv, request))),
        new("PUT", One, request => RenameAsync(kv, request, time)),
        new("DELETE", One, request => DeleteAsync(kv, request, time)),
    ];

    /// <summary>The namespace that the path names.</summary>
    /// <exception cref="ApiException">There is none, or the token is for certain Workers only.</exception>
    public static async Task<KvNamespace> FindAsync(KvServices kv, ApiRequest request)
    {
        CheckToken(request);
        return await kv.Namespaces.FindNamespaceAsync(request.Route("namespace")) ?? throw NoNamespace();
    }

    private static async Task<JsonNode?> ListAsync(KvServices kv, ICatalog catalog, ApiRequest request)
    {
        var all = await kv.Namespaces.ListNamespacesAsync();
        if (!request.Token.Scripts.IsEmpty)
        {
            // Whoever may see some Workers only sees what those are bound to.
            var bound = await KvBindings.BoundAsync(catalog, request.Token.Scripts);
            all = [.. all.Where(each => bound.Contains(each.Id))];
        }

        var ordered = (Order: request.Query("order"), Direction: request.Query("direction")) switch
        {
            (not (null or "id" or "title"), _) => throw ApiException.BadRequest("\"order\" must be id or title."),
            (_, not (null or "asc" or "desc")) => throw ApiException.BadRequest("\"direction\" must be asc or desc."),
            ("title", var direction) => Sort(all, static each => each.Title, direction),
            (_, var direction) => Sort(all, static each => each.Id, direction),
        };
        var page = request.Number("page", 1, int.MaxValue);
        var perPage = request.Number("per_page", UsualPerPage, MostPerPage);
        var items = ordered.Skip((int)Math.Min((page - 1L) * perPage, int.MaxValue)).Take(perPage).ToArray();
        request.ResultInfo = new JsonObject
        {
            ["page"] = page,
            ["per_page"] = perPage,
            ["count"] = items.Length,
            ["total_count"] = ordered.Length,
            ["total_pages"] = (ordered.Length + perPage - 1) / perPage,
        };
        return new JsonArray([.. items.Select(Describe)]);
    }

    private static async Task<JsonNode?> CreateAsync(KvServices kv, ApiRequest request, TimeProvider time)
    {
        CheckToken(request);
        var body = await request.ReadObjectAsync();
        var title = Title(body);
        if (body.OptionalString("jurisdiction") is { } jurisdiction) throw ApiException.NotThere($"The jurisdiction \"{jurisdiction}\" of a KV namespace");
        var created = new KvNamespace(Guid.NewGuid().ToString("N"), title);
        // First the file: whatever is in the catalog can be written to.
        await kv.Store.CreateNamespaceAsync(created.Id);
        if (await kv.Namespaces.AddNamespaceAsync(created, request.Audit(ApiTime.Now(time), "kv.create", created.Id, title))) return Describe(created);
        await kv.Store.DropNamespaceAsync(created.Id);
        throw TitleTaken();
    }

    private static async Task<JsonNode?> RenameAsync(KvServices kv, ApiRequest request, TimeProvider time)
    {
        var known = await FindAsync(kv, request);
        var title = Title(await request.ReadObjectAsync());
        return await kv.Namespaces.RenameNamespaceAsync(known.Id, title, request.Audit(ApiTime.Now(time), "kv.rename", known.Id, title)) switch
        {
            true => Describe(known with { Title = title }),
            false => throw TitleTaken(),
            null => throw NoNamespace(),
        };
    }

    private static async Task<JsonNode?> DeleteAsync(KvServices kv, ApiRequest request, TimeProvider time)
    {
        var known = await FindAsync(kv, request);
        if (!await kv.Namespaces.RemoveNamespaceAsync(known.Id, request.Audit(ApiTime.Now(time), "kv.delete", known.Id, known.Title))) throw NoNamespace();
        await kv.Store.DropNamespaceAsync(known.Id);
        return null;
    }

    private static JsonObject Describe(KvNamespace one) => new() { ["id"] = one.Id, ["title"] = one.Title, ["supports_url_encoding"] = true };

    private static ImmutableArray<KvNamespace> Sort(ImmutableArray<KvNamespace> all, Func<KvNamespace, string> by, string? direction) =>
        direction == "desc" ? [.. all.OrderByDescending(by, StringComparer.Ordinal)] : [.. all.OrderBy(by, StringComparer.Ordinal)];

    private static string Title(JsonObject body)
    {
        var title = body.RequiredString("title");
        return title.Length is > 0 and <= LongestTitle ? title : throw ApiException.BadRequest($"A namespace's title has 1 to {LongestTitle} characters, not {title.Length}.");
    }

    private static void CheckToken(ApiRequest request)
    {
        if (request.Token.Scripts.IsEmpty) return;
        throw new ApiException(
            HttpStatusCode.Forbidden,
            new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" is for {string.Join(", ", request.Token.Scripts)} only, not for KV namespaces."));
    }

    private static ApiException NoNamespace() => new(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.KvNamespaceMissing, "namespace not found"));

    // Not 409, which wrangler's client would try again.
    private static ApiException TitleTaken() =>
        new(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.KvTitleTaken, "a namespace with this account ID and title already exists"));
}
