using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Control.Calls;

namespace Skep.Control.Api;

/// <summary>Zones, which wrangler looks up before it sets routes. Skep serves whatever host names lead to it, so every domain is one.</summary>
internal static class ZoneEndpoints
{
    public static IEnumerable<ApiEndpoint> All(ControlOptions options, ICatalog catalog) =>
    [
        new("GET", "/zones", request => Task.FromResult<JsonNode?>(Zones(options, request.Query("name")))),
        new("GET", "/zones/{zone}/workers/routes", async request => await RoutesAsync(catalog, request.Route("zone"))),
    ];

    private static JsonArray Zones(ControlOptions options, string? name)
    {
        // Without a name there is nothing to list: domains are not registered anywhere.
        if (string.IsNullOrEmpty(name)) return [];
        return
        [
            new JsonObject
            {
                ["id"] = ZoneId.Of(name),
                ["name"] = name,
                ["status"] = "active",
                ["account"] = new JsonObject { ["id"] = options.AccountId, ["name"] = options.AccountName },
            },
        ];
    }

    private static async Task<JsonNode?> RoutesAsync(ICatalog catalog, string zone)
    {
        var routes = new JsonArray();
        foreach (var script in await catalog.ListScriptsAsync())
        {
            foreach (var route in script.Routes.Where(route => Belongs(route, zone)))
                routes.Add(new JsonObject { ["id"] = ZoneId.Of(route), ["pattern"] = route, ["script"] = script.Name });
        }

        return routes;
    }

    // A route belongs to every domain that its host ends with.
    private static bool Belongs(string route, string zone)
    {
        if (!RoutePattern.TryParse(route, out var pattern, out _)) return false;
        return ZoneId.Covers(zone, pattern.Host);
    }
}
