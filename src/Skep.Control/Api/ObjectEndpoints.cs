using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Objects;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Namespaces of Durable Objects, and the objects in them
/// (https://developers.cloudflare.com/api/resources/durable_objects/).</summary>
internal static class ObjectEndpoints
{
    private const string Root = ApiEndpoint.Account + "/workers/durable_objects/namespaces";
    private const int MostPerPage = 1000;
    private const int UsualPerPage = 20;
    private const int MostObjects = 10_000;
    private const int UsualObjects = 1000;

    public static IEnumerable<ApiEndpoint> All(ICatalog catalog, IObjectStore? store) =>
    [
        new("GET", Root, request => ListAsync(catalog, request)),
        new("GET", Root + "/{namespace}/objects", request => ObjectsAsync(catalog, store, request)),
    ];

    private static async Task<JsonNode?> ListAsync(ICatalog catalog, ApiRequest request)
    {
        var all = await NamespacesAsync(catalog, request);
        var page = Number(request, "page", 1, int.MaxValue);
        var perPage = Number(request, "per_page", UsualPerPage, MostPerPage);
        var items = new JsonArray([.. all.Skip((int)Math.Min((page - 1L) * perPage, int.MaxValue)).Take(perPage).Select(each => Describe(each.Script, each.Class))]);
        request.ResultInfo = new JsonObject
        {
            ["page"] = page,
            ["per_page"] = perPage,
            ["count"] = items.Count,
            ["total_count"] = all.Count,
            ["total_pages"] = (all.Count + perPage - 1) / perPage,
        };
        return items;
    }

    private static async Task<JsonNode?> ObjectsAsync(ICatalog catalog, IObjectStore? store, ApiRequest request)
    {
        var id = request.Route("namespace");
        if (!(await NamespacesAsync(catalog, request)).Exists(each => each.Class.NamespaceId == id))
            throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.ObjectNamespaceMissing, $"There is no Durable Object namespace {id}."));
        var limit = Number(request, "limit", UsualObjects, MostObjects);
        var found = store is null ? [] : await store.ListAsync(id, request.Query("cursor"), limit);
        request.ResultInfo = new JsonObject
        {
            ["count"] = found.Count,
            ["cursor"] = found.Count == limit ? found[^1].Id : "",
        };
        return new JsonArray([.. found.Select(each => new JsonObject { ["id"] = each.Id, ["hasStoredData"] = each.HasStoredData })]);
    }

    // A token for certain Workers sees what is theirs.
    private static async Task<List<(string Script, ObjectClass Class)>> NamespacesAsync(ICatalog catalog, ApiRequest request) =>
    [
        .. from script in await catalog.ListScriptsAsync()
           where request.Token.Scripts.IsEmpty || request.Token.Scripts.Contains(script.Name)
           from each in script.ObjectClasses
           orderby each.NamespaceId
           select (script.Name, each),
    ];

    private static JsonObject Describe(string script, ObjectClass one) => new()
    {
        ["id"] = one.NamespaceId,
        ["name"] = $"{script}_{one.ClassName}",
        ["script"] = script,
        ["class"] = one.ClassName,
        ["use_sqlite"] = one.Sqlite,
    };

    private static int Number(ApiRequest request, string name, int otherwise, int most)
    {
        if (request.Query(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most
            ? value
            : throw ApiException.BadRequest($"\"{name}\" must be a number from 1 to {most}, not \"{text}\".");
    }
}
