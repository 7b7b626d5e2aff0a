using System.Text.Json.Nodes;
using Skep.Control.Calls;

namespace Skep.Control.Api;

/// <summary>What <c>wrangler whoami</c> and the choice of an account ask.</summary>
internal static class UserEndpoints
{
    public static IEnumerable<ApiEndpoint> All(ControlOptions options) =>
    [
        new("GET", "/user/tokens/verify", request => Result(new JsonObject { ["id"] = request.Token.Id, ["status"] = "active" })),
        new("GET", "/user", request => Result(new JsonObject { ["id"] = request.Token.Id, ["email"] = request.Token.Name })),
        new("GET", "/accounts", _ => Result(new JsonArray(Account(options)))),
        new("GET", "/memberships", _ => Result(new JsonArray(new JsonObject
        {
            ["id"] = options.AccountId,
            ["account"] = Account(options),
            ["roles"] = new JsonArray("Administrator"),
        }))),
    ];

    private static JsonObject Account(ControlOptions options) => new() { ["id"] = options.AccountId, ["name"] = options.AccountName };

    private static Task<JsonNode?> Result(JsonNode node) => Task.FromResult<JsonNode?>(node);
}
