using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;

namespace Skep.Control.Api;

/// <summary>Dispatch namespaces: create, list, get, rename, delete
/// (https://developers.cloudflare.com/api/resources/workers_for_platforms/subresources/dispatch/subresources/namespaces/).</summary>
internal static partial class DispatchNamespaceEndpoints
{
    private const string Root = ApiEndpoint.Account + "/workers/dispatch/namespaces";

    public static IEnumerable<ApiEndpoint> All(ScriptChanges changes, ICatalog catalog, TimeProvider time) =>
    [
        new("GET", Root, request => ListAsync(catalog, request)),
        new("POST", Root, request => CreateAsync(catalog, request, time)),
        new("GET", ApiEndpoint.DispatchNamespace, request => DescribeAsync(request.DispatchNamespace!, catalog)),
        new("PUT", ApiEndpoint.DispatchNamespace, request => RenameAsync(catalog, request, time)),
        new("PATCH", ApiEndpoint.DispatchNamespace, request => RenameAsync(catalog, request, time)),
        new("DELETE", ApiEndpoint.DispatchNamespace, request => DeleteAsync(changes, catalog, request, time)),
    ];

    /// <summary>The namespace of that name.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public static async Task<DispatchNamespace> FindAsync(ICatalog catalog, string name) =>
        await catalog.DispatchNamespaces.FindAsync(name) ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(
            ApiErrorCodes.DispatchNamespaceNotFound, $"This dispatch namespace does not exist on your account: {name}. `wrangler dispatch-namespace list` shows those there are."));

    /// <summary>The scripts of a namespace.</summary>
    public static async Task<Script[]> ScriptsAsync(ICatalog catalog, DispatchNamespace of) =>
        [.. (await catalog.ListScriptsAsync()).Where(script => UserWorkerName.Namespace(script.Name) == of.Id)];

    private static async Task<JsonNode?> ListAsync(ICatalog catalog, ApiRequest request)
    {
        RefuseLimited(request);
        JsonArray all = [];
        foreach (var each in await catalog.DispatchNamespaces.ListAsync()) all.Add(await DescribeAsync(each, catalog));
        request.ResultInfo = new JsonObject { ["page"] = 1, ["per_page"] = all.Count, ["count"] = all.Count, ["total_count"] = all.Count, ["total_pages"] = 1 };
        // All are on the first page, whatever it is called.
        return request.Query("page") is null or "1" ? all : [];
    }

    private static async Task<JsonNode?> CreateAsync(ICatalog catalog, ApiRequest request, TimeProvider time)
    {
        RefuseLimited(request);
        var body = await request.ReadObjectAsync();
        RefuseTrusted(body);
        var name = body.RequiredString("name");
        CheckName(name);
        var added = await catalog.DispatchNamespaces.AddAsync(name, request.Audit(ApiTime.Now(time), "dispatch_namespace.create", name)) ?? throw Taken(name);
        return await DescribeAsync(added, catalog);
    }

    private static async Task<JsonNode?> RenameAsync(ICatalog catalog, ApiRequest request, TimeProvider time)
    {
        var known = request.DispatchNamespace!;
        var body = await request.ReadObjectAsync();
        RefuseTrusted(body);
        var name = body.OptionalString("name") ?? known.Name;
        CheckName(name);
        return await catalog.DispatchNamespaces.RenameAsync(known.Id, name, request.Audit(ApiTime.Now(time), "dispatch_namespace.rename", known.Name, name)) switch
        {
            true => await DescribeAsync(await FindAsync(catalog, name), catalog),
            false => throw Taken(name),
            // It was deleted meanwhile.
            null => await DescribeAsync(await FindAsync(catalog, known.Name), catalog),
        };
    }

    // With its scripts, which nobody could call any more.
    private static async Task<JsonNode?> DeleteAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request, TimeProvider time)
    {
        var known = request.DispatchNamespace!;
        foreach (var script in await ScriptsAsync(catalog, known))
        {
            await changes.DeleteAsync(script.Name, request.Audit(changes.Now, "script.delete", script.Name));
        }

        await catalog.DispatchNamespaces.RemoveAsync(known.Id, request.Audit(ApiTime.Now(time), "dispatch_namespace.delete", known.Name));
        return null;
    }

    private static async Task<JsonNode?> DescribeAsync(DispatchNamespace described, ICatalog catalog) => new JsonObject
    {
        ["namespace_id"] = described.Id,
        ["namespace_name"] = described.Name,
        ["script_count"] = (await ScriptsAsync(catalog, described)).Length,
        ["trusted_workers"] = false,
        ["created_on"] = ApiTime.Text(described.CreatedOn),
        ["created_by"] = described.CreatedBy,
        ["modified_on"] = ApiTime.Text(described.ModifiedOn),
        ["modified_by"] = described.ModifiedBy,
    };

    private static void RefuseTrusted(JsonObject body)
    {
        if (body.OptionalBoolean("trusted_workers") == true) throw ApiException.NotThere("A dispatch namespace whose Workers are trusted (\"trusted_workers\")");
    }

    private static void RefuseLimited(ApiRequest request)
    {
        if (!request.Token.Scripts.IsEmpty)
            throw new ApiException(HttpStatusCode.Forbidden, new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" is for certain Workers only."));
    }

    private static void CheckName(string name)
    {
        if (!Allowed().IsMatch(name)) throw ApiException.Invalid($"\"{name}\" is no name for a dispatch namespace: use letters, digits, - and _, at most 63 characters.");
    }

    private static ApiException Taken(string name) => new(
        HttpStatusCode.Conflict, new ApiError(ApiErrorCodes.DispatchNamespaceTaken, $"A dispatch namespace \"{name}\" exists already."));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", RegexOptions.None, 1000)]
    private static partial Regex Allowed();
}
