using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>Secrets. Each change is a new version, deployed at once.</summary>
internal static class SecretEndpoints
{
    public static IEnumerable<ApiEndpoint> All(ScriptChanges changes, ICatalog catalog, VersionUploads uploads)
    {
        return
        [
            new("GET", ApiEndpoint.Script + "/secrets", ListAsync),
            new("PUT", ApiEndpoint.Script + "/secrets", request => ChangeAsync(request, async () =>
            {
                var body = await request.ReadObjectAsync();
                return new Dictionary<string, string?> { [body.RequiredString("name")] = ReadSecret(body) };
            })),
            new("DELETE", ApiEndpoint.Script + "/secrets/{secret}", request => ChangeAsync(
                request, () => Task.FromResult(new Dictionary<string, string?> { [request.LastSegment()] = null }), mustExist: true)),
            new("PATCH", ApiEndpoint.Script + "/secrets-bulk", request => ChangeAsync(
                request, async () => ReadChanges((await request.ReadObjectAsync()).OptionalObject("secrets") ?? []))),
        ];

        async Task<JsonNode?> ListAsync(ApiRequest request)
        {
            await ScriptEndpoints.FindAsync(catalog, request);
            return List(await uploads.NewestAsync(request.Script));
        }

        Task<JsonNode?> ChangeAsync(ApiRequest request, Func<Task<Dictionary<string, string?>>> read, bool mustExist = false) =>
            changes.AloneAsync<JsonNode?>(request.Script, async () =>
            {
                var script = await ScriptEndpoints.FindAsync(catalog, request);
                var newest = await uploads.NewestAsync(request.Script) ?? throw ApiException.NoScript(request.Script);
                await CheckDeployedAsync(catalog, newest);
                var wanted = await read();
                if (mustExist && wanted.Keys.FirstOrDefault(name => !newest.Secrets.ContainsKey(name)) is { } unknown)
                    throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.BadRequest, $"{script.Name} has no secret \"{unknown}\"."));
                var pending = await uploads.DeriveAsync(request, newest, wanted, ImmutableDictionary<string, string>.Empty.Add("workers/triggered_by", "secret"));
                var version = await changes.ApplyAsync(new CatalogChange
                {
                    Script = script with { ModifiedOn = changes.Now },
                    Version = pending.Version,
                    Deployment = NewRecords.DeploymentOf(pending.Version, request, changes.Now),
                    Audit = request.Audit(changes.Now, "secret.change", script.Name, string.Join(", ", wanted.Keys)),
                });
                return List(version);
            });
    }

    /// <summary>Secrets to set (objects with <c>text</c>) and to remove (null), by name.</summary>
    public static Dictionary<string, string?> ReadChanges(JsonObject from) =>
        from.ToDictionary(
            each => each.Key,
            each => each.Value switch
            {
                null => null,
                JsonObject secret => ReadSecret(secret),
                _ => throw ApiException.BadRequest($"The secret \"{each.Key}\" must be an object or null."),
            },
            StringComparer.Ordinal);

    private static string ReadSecret(JsonObject from) =>
        from.OptionalString("type") is null or BindingReader.SecretText
            ? from.RequiredString("text")
            : throw ApiException.NotThere($"A secret of type {from.OptionalString("type")}");

    /// <summary>A change is made to the newest version; were that not the one in service, this would deploy it unasked.</summary>
    /// <exception cref="ApiException">It is not in service.</exception>
    public static async Task CheckDeployedAsync(ICatalog catalog, ScriptVersion newest)
    {
        var active = await catalog.ListDeploymentsAsync(newest.Script, 1);
        if (active is [{ Versions: [var only] }, ..] && only.VersionId == newest.Id) return;
        throw new ApiException(
            HttpStatusCode.Conflict,
            new ApiError(
                ApiErrorCodes.LatestNotDeployed,
                "Secret edit failed. You attempted to modify a secret, but the latest version of your Worker isn't currently deployed. Deploy it, or use `wrangler versions secret put`."));
    }

    private static JsonArray List(ScriptVersion? version) => new(
    [
        .. (version?.Secrets.Keys ?? []).Order(StringComparer.Ordinal)
            .Select(name => new JsonObject { ["name"] = name, ["type"] = BindingReader.SecretText }),
    ]);
}
