using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>Deployments: which versions serve. A rollback is one of these.</summary>
internal static class DeploymentEndpoints
{
    private const int Listed = 10;
    private const int MostVersions = 2;
    private const double Whole = 100;

    public static IEnumerable<ApiEndpoint> All(ScriptChanges changes, ICatalog catalog) =>
    [
        new("GET", ApiEndpoint.Script + "/deployments", async request =>
        {
            await ScriptEndpoints.FindAsync(catalog, request);
            return new JsonObject { ["deployments"] = new JsonArray([.. (await catalog.ListDeploymentsAsync(request.Script, Listed)).Select(Describe)]) };
        }),
        new("POST", ApiEndpoint.Script + "/deployments", request => changes.AloneAsync(request.Script, () => DeployAsync(changes, catalog, request))),
    ];

    private static async Task<JsonNode?> DeployAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        var body = await request.ReadObjectAsync();
        if (body.OptionalString("strategy") is { } strategy and not "percentage")
            throw ApiException.BadRequest($"The strategy \"{strategy}\" is unknown: use \"percentage\".");
        var shares = ReadShares(body);
        var versions = new List<ScriptVersion>();
        foreach (var share in shares) versions.Add(await VersionEndpoints.FindAsync(catalog, script.Name, share.VersionId));
        if (request.Query("force") != "true") await CheckSecretsAsync(catalog, script.Name, versions);
        var deployment = NewRecords.Deployment(script.Name, shares, VersionUploads.Annotations(body), request, changes.Now);
        await changes.ApplyAsync(new CatalogChange
        {
            Script = script with { ModifiedOn = changes.Now },
            Deployment = deployment,
            Audit = request.Audit(changes.Now, "deployment.create", script.Name, string.Join(", ", shares.Select(share => $"{share.VersionId} {share.Percentage}%"))),
        });
        return Describe(deployment);
    }

    private static ImmutableArray<VersionShare> ReadShares(JsonObject body)
    {
        ImmutableArray<VersionShare> shares =
        [
            .. body.OptionalArray("versions").Objects("versions").Select(each => new VersionShare(
                each.RequiredString("version_id").ToLowerInvariant(),
                each.OptionalNumber("percentage") ?? throw ApiException.BadRequest("\"percentage\" is missing."))),
        ];
        if (shares.Length is 0 or > MostVersions) throw ApiException.BadRequest($"A deployment has one or two versions, not {shares.Length}.");
        if (shares.Select(share => share.VersionId).Distinct(StringComparer.Ordinal).Count() < shares.Length)
            throw ApiException.BadRequest("A deployment names a version twice.");
        if (shares.Any(share => share.Percentage is < 0 or > Whole or double.NaN) || Math.Abs(shares.Sum(share => share.Percentage) - Whole) > 0.001)
            throw ApiException.BadRequest("The percentages of a deployment must lie between 0 and 100 and add up to 100.");
        return shares;
    }

    // Going back to a version brings its secrets back, too: whoever does it must have seen that.
    private static async Task CheckSecretsAsync(ICatalog catalog, string script, List<ScriptVersion> wanted)
    {
        if (await catalog.ListDeploymentsAsync(script, 1) is not [var active, ..]) return;
        var serving = new List<ScriptVersion>();
        foreach (var share in active.Versions)
        {
            if (await catalog.FindVersionAsync(script, share.VersionId) is { } version) serving.Add(version);
        }

        var newest = serving.MaxBy(version => version.Number);
        var changed = wanted.Where(version => newest is not null && version.Number < newest.Number)
            .SelectMany(version => Differences(version.Secrets, newest!.Secrets))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (changed.Length > 0)
            throw new ApiException(HttpStatusCode.Conflict, new ApiError(ApiErrorCodes.SecretsChanged, $"The following secrets have changed: {string.Join(", ", changed)}"));
    }

    private static IEnumerable<string> Differences(ImmutableDictionary<string, byte[]> one, ImmutableDictionary<string, byte[]> other) =>
        one.Keys.Union(other.Keys).Where(name => !(one.TryGetValue(name, out var a) && other.TryGetValue(name, out var b) && a.AsSpan().SequenceEqual(b)));

    private static JsonObject Describe(Deployment deployment)
    {
        return new JsonObject
        {
            ["id"] = deployment.Id,
            ["source"] = deployment.Source,
            ["strategy"] = "percentage",
            ["author_email"] = deployment.Author,
            ["created_on"] = ApiTime.Text(deployment.CreatedOn),
            ["annotations"] = deployment.Annotations.ToJson(),
            ["versions"] = new JsonArray(
            [
                .. deployment.Versions.Select(share => new JsonObject { ["version_id"] = share.VersionId, ["percentage"] = share.Percentage }),
            ]),
        };
    }
}
