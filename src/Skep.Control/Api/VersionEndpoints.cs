using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>Versions: upload without deploying, list, show.</summary>
internal static class VersionEndpoints
{
    // As Cloudflare keeps deployable: https://developers.cloudflare.com/workers/configuration/versions-and-deployments/
    private const int Listed = 100;

    public static IEnumerable<ApiEndpoint> All(ScriptChanges changes, ICatalog catalog, VersionUploads uploads) =>
    [
        new("POST", ApiEndpoint.Script + "/versions", request => changes.AloneAsync(request.Script, () => UploadAsync(changes, catalog, uploads, request))),
        new("GET", ApiEndpoint.Script + "/versions", async request =>
        {
            await ScriptEndpoints.FindAsync(catalog, request);
            return new JsonObject { ["items"] = new JsonArray([.. (await catalog.ListVersionsAsync(request.Script, Listed)).Select(Describe)]) };
        }),
        new("GET", ApiEndpoint.Script + "/versions/{version}", async request => Describe(await FindAsync(catalog, request.Script, request.Route("version")))),
        new("PATCH", ApiEndpoint.Account + "/workers/workers/{script}/versions/latest", request =>
            changes.AloneAsync(request.Script, () => PatchLatestAsync(changes, catalog, uploads, request))),
    ];

    /// <summary>A version of the script.</summary>
    /// <exception cref="ApiException">There is none of that id.</exception>
    public static async Task<ScriptVersion> FindAsync(ICatalog catalog, string script, string id) =>
        await catalog.FindVersionAsync(script, id.ToLowerInvariant())
        ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.VersionNotFound, $"{script} has no version {id}. `wrangler versions list` shows those it has."));

    /// <summary>The limits that a version sets.</summary>
    public static JsonObject Limits(ScriptVersion? version)
    {
        var limits = new JsonObject();
        if (version?.CpuMilliseconds is { } cpu) limits["cpu_ms"] = cpu;
        if (version?.Subrequests is { } subrequests) limits["subrequests"] = subrequests;
        return limits;
    }

    private static async Task<JsonNode?> UploadAsync(ScriptChanges changes, ICatalog catalog, VersionUploads uploads, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        var pending = await uploads.ReadAsync(request, await uploads.NewestAsync(request.Script), script, deploys: false);
        return Describe(await StoreAsync(changes, script, pending, request));
    }

    // Secrets of a version that is not deployed (wrangler versions secret …).
    private static async Task<JsonNode?> PatchLatestAsync(ScriptChanges changes, ICatalog catalog, VersionUploads uploads, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        var newest = await uploads.NewestAsync(request.Script)
            ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.NoVersions, $"{script.Name} has no versions yet."));
        var patch = await request.ReadObjectAsync();
        var secrets = SecretEndpoints.ReadChanges(patch.OptionalObject("env") ?? []);
        var pending = await uploads.DeriveAsync(request, newest, secrets, VersionUploads.Annotations(patch, "secret"));
        return Describe(await StoreAsync(changes, script, pending, request));
    }

    private static async Task<ScriptVersion> StoreAsync(ScriptChanges changes, Script script, PendingVersion pending, ApiRequest request) =>
        (await changes.ApplyAsync(new CatalogChange
        {
            Script = script with { ModifiedOn = changes.Now },
            Version = pending.Version,
            Contents = pending.Contents,
            Audit = request.Audit(changes.Now, "version.upload", script.Name, pending.Version.Id),
        }))!;

    private static JsonObject Describe(ScriptVersion version)
    {
        return new JsonObject
        {
            ["id"] = version.Id,
            ["number"] = version.Number,
            ["metadata"] = new JsonObject
            {
                ["created_on"] = ApiTime.Text(version.CreatedOn),
                ["modified_on"] = ApiTime.Text(version.CreatedOn),
                ["source"] = version.Source,
                ["author_id"] = "",
                ["author_email"] = version.Author,
                ["has_preview"] = true,
            },
            ["annotations"] = version.Annotations.ToJson(),
            ["resources"] = new JsonObject
            {
                ["bindings"] = JsonNode.Parse(version.Bindings),
                ["script"] = new JsonObject
                {
                    ["etag"] = Etag(version),
                    ["handlers"] = version.Handlers.Where(handler => !handler.Contains('.', StringComparison.Ordinal)).ToJson(),
                    ["named_handlers"] = NamedHandlers(version.Handlers),
                    ["last_deployed_from"] = version.Source,
                },
                ["script_runtime"] = new JsonObject
                {
                    ["compatibility_date"] = version.CompatibilityDate,
                    ["compatibility_flags"] = version.CompatibilityFlags.ToJson(),
                    ["usage_model"] = "standard",
                    ["limits"] = Limits(version),
                },
            },
            ["startup_time_ms"] = version.StartupMilliseconds,
        };
    }

    private static JsonArray NamedHandlers(ImmutableArray<string> handlers) => new(
    [
        .. handlers.Where(handler => handler.Contains('.', StringComparison.Ordinal))
            .GroupBy(handler => handler[..handler.IndexOf('.', StringComparison.Ordinal)])
            .Select(entrypoint => new JsonObject
            {
                ["name"] = entrypoint.Key,
                ["handlers"] = entrypoint.Select(handler => handler[(entrypoint.Key.Length + 1)..]).ToJson(),
            }),
    ]);

    private static string Etag(ScriptVersion version) =>
        version.Modules.FirstOrDefault(module => module.Name == version.MainModule)?.Hash ?? version.Assets!.Manifest;
}
