using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;

namespace Skep.Control.Api;

/// <summary>What leads requests to a script: routes and custom domains.</summary>
internal static class TriggerEndpoints
{
    public static IEnumerable<ApiEndpoint> All(ScriptChanges changes, ICatalog catalog) =>
    [
        new("PUT", ApiEndpoint.Script + "/routes", request => changes.AloneAsync(request.Script, () => SetRoutesAsync(changes, catalog, request))),
        new("POST", ApiEndpoint.Script + "/domains/changeset", request => CompareDomainsAsync(catalog, request)),
        new("PUT", ApiEndpoint.Script + "/domains/records", request => changes.AloneAsync(request.Script, () => SetDomainsAsync(changes, catalog, request))),
    ];

    private static async Task<JsonNode?> SetRoutesAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        var routes = ImmutableArray.CreateBuilder<string>();
        foreach (var route in (await ReadArrayAsync(request)).Objects("routes"))
        {
            var pattern = route.RequiredString("pattern");
            if (!RoutePattern.TryParse(pattern, out _, out var problem)) throw ApiException.Invalid(problem);
            routes.Add(pattern);
        }

        await RefuseTakenAsync(catalog, script, other => other.Routes.FirstOrDefault(routes.Contains));
        script = script with { Routes = routes.ToImmutable(), ModifiedOn = changes.Now };
        await changes.ApplyAsync(new CatalogChange { Script = script, Audit = request.Audit(changes.Now, "script.routes", script.Name, string.Join(", ", routes)) });
        return new JsonArray([.. script.Routes.Select(pattern => new JsonObject { ["pattern"] = pattern, ["script"] = script.Name })]);
    }

    private static async Task<JsonNode?> CompareDomainsAsync(ICatalog catalog, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        var wanted = (await ReadArrayAsync(request)).Objects("domains").Select(each => Host(each)).ToArray();
        var others = (await catalog.ListScriptsAsync()).Where(each => each.Name != script.Name).ToArray();
        return new JsonObject
        {
            ["added"] = Domains(wanted.Except(script.CustomDomains)),
            ["removed"] = Domains(script.CustomDomains.Except(wanted)),
            ["updated"] = new JsonArray(),
            ["conflicting"] = Domains(wanted.Where(host => others.Any(other => other.CustomDomains.Contains(host)))),
        };

        JsonArray Domains(IEnumerable<string> hosts) => new([.. hosts.Select(host => new JsonObject { ["hostname"] = host, ["service"] = script.Name })]);
    }

    private static async Task<JsonNode?> SetDomainsAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        var body = await request.ReadObjectAsync();
        ImmutableArray<string> hosts = [.. body.OptionalArray("origins").Objects("origins").Select(Host).Distinct(StringComparer.Ordinal)];
        await RefuseTakenAsync(catalog, script, other => other.CustomDomains.FirstOrDefault(hosts.Contains));
        script = script with { CustomDomains = hosts, ModifiedOn = changes.Now };
        await changes.ApplyAsync(new CatalogChange { Script = script, Audit = request.Audit(changes.Now, "script.domains", script.Name, string.Join(", ", hosts)) });
        return new JsonArray([.. hosts.Select(host => new JsonObject { ["hostname"] = host, ["service"] = script.Name })]);
    }

    private static async Task RefuseTakenAsync(ICatalog catalog, Script script, Func<Script, string?> taken)
    {
        foreach (var other in await catalog.ListScriptsAsync())
        {
            if (other.Name != script.Name && taken(other) is { } what)
                throw new ApiException(HttpStatusCode.Conflict, new ApiError(ApiErrorCodes.RouteTaken, $"{what} is already assigned to the Worker {other.Name}. Remove it there first."));
        }
    }

    private static string Host(JsonObject from)
    {
        var host = from.RequiredString("hostname").ToLowerInvariant();
        return Uri.CheckHostName(host) == UriHostNameType.Dns ? host : throw ApiException.Invalid($"\"{host}\" is no host name.");
    }

    private static async Task<JsonArray> ReadArrayAsync(ApiRequest request) =>
        await request.ReadJsonAsync() as JsonArray ?? throw ApiException.BadRequest("The request body must be a JSON array.");
}
