using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Tails;

namespace Skep.Control.Api;

/// <summary>What belongs to the account, not to one script.</summary>
internal static class AccountEndpoints
{
    public static IEnumerable<ApiEndpoint> All(ControlOptions options, ICatalog catalog) =>
    [
        new("GET", ApiEndpoint.Account + "/workers/subdomain", _ => Task.FromResult<JsonNode?>(new JsonObject { ["subdomain"] = options.Subdomain })),
        new("GET", ApiEndpoint.Account + "/workers/scripts", async _ =>
            new JsonArray([.. (await catalog.ListScriptsAsync()).Where(script => !UserWorkerName.Is(script.Name)).Select(script => new JsonObject
            {
                ["id"] = script.Name,
                ["tag"] = script.Tag,
                ["created_on"] = ApiTime.Text(script.CreatedOn),
                ["modified_on"] = ApiTime.Text(script.ModifiedOn),
            })])),

        new("GET", ApiEndpoint.Account + "/workers/tails/by-consumer/{script}", async request =>
            new JsonArray([.. (await TailConsumerSettings.ProducersAsync(request.Script, catalog)).Select(producer => new JsonObject { ["producer"] = new JsonObject { ["script"] = producer } })])),
    ];
}
