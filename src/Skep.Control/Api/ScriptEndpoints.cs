using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Queues;
using Skep.Control.Scripts;
using Skep.Control.Tails;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>Scripts: upload, settings, subdomain, deletion.</summary>
internal static class ScriptEndpoints
{
    private const string Service = ApiEndpoint.Account + "/workers/services/{script}";
    private static readonly string[] Settings = ["observability", "logpush", TailConsumerSettings.Name, TailConsumerSettings.Streaming];

    public static IEnumerable<ApiEndpoint> All(ScriptChanges changes, ICatalog catalog, VersionUploads uploads, IDeploymentTarget target, QueueAccess? queues) =>
    [
        new("GET", Service, async request => ServiceObject(await FindAsync(catalog, request))),
        new("DELETE", Service, request => DeleteAsync(changes, queues, catalog, request)),
        new("DELETE", ApiEndpoint.Script, request => DeleteAsync(changes, queues, catalog, request)),
        new("PUT", ApiEndpoint.Script, request => changes.AloneAsync(request.Script, () => UploadAsync(changes, catalog, uploads, request))),
        new("GET", ApiEndpoint.Script + "/settings", async request => SettingsObject(await FindAsync(catalog, request), await uploads.NewestAsync(request.Script))),
        new("GET", ApiEndpoint.Script + "/script-settings", async request => ScriptSettings(await FindAsync(catalog, request))),
        new("PATCH", ApiEndpoint.Script + "/settings", request => changes.AloneAsync(request.Script, () => PatchVersionAsync(changes, catalog, uploads, request))),
        new("PATCH", ApiEndpoint.Script + "/script-settings", request => changes.AloneAsync(request.Script, () => PatchSettingsAsync(changes, catalog, request))),
        new("GET", ApiEndpoint.Script + "/references", async request =>
        {
            await FindAsync(catalog, request);
            return await ScriptReferences.DescribeAsync(request.Script, catalog);
        }),
        new("GET", ApiEndpoint.Script + "/subdomain", async request => Subdomain(await FindAsync(catalog, request))),
        new("POST", ApiEndpoint.Script + "/subdomain", request => changes.AloneAsync(request.Script, () => SetSubdomainAsync(changes, catalog, request))),
        new("GET", ApiEndpoint.Account + "/workers/workers/{script}", async request => WorkerObject(await FindAsync(catalog, request), target)),
    ];

    /// <summary>The script that the path names.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public static async Task<Script> FindAsync(ICatalog catalog, ApiRequest request) =>
        await catalog.FindScriptAsync(request.Script) ?? throw ApiException.NoScript(request.Script);

    // Uploads, and makes the new version live at once.
    private static async Task<JsonNode?> UploadAsync(ScriptChanges changes, ICatalog catalog, VersionUploads uploads, ApiRequest request)
    {
        ScriptNames.Check(request.Route("script"));
        var known = await catalog.FindScriptAsync(request.Script);
        var pending = await uploads.ReadAsync(request, await uploads.NewestAsync(request.Script), known, deploys: true);
        var classes = pending.Classes;
        await ObjectBindings.CheckUnusedAsync(request.Script, classes.Deleted, catalog);
        var script = (known ?? NewRecords.Script(request.Script, changes.Now)) with
        {
            ModifiedOn = changes.Now,
            ObjectClasses = classes.Classes,
            MigrationTag = classes.Tag,
        };
        script = TailConsumerSettings.With(script, pending.Metadata);
        if (request.DispatchNamespace is not null) script = UserWorkerEndpoints.WithTags(script, pending.Metadata);
        var version = await changes.ApplyAsync(new CatalogChange
        {
            Script = script,
            Others = [.. classes.Others.Select(other => other with { ModifiedOn = changes.Now })],
            Version = pending.Version,
            Contents = pending.Contents,
            Deployment = NewRecords.DeploymentOf(pending.Version, request, changes.Now),
            Audit = request.Audit(changes.Now, "script.deploy", script.Name, pending.Version.Id),
        });
        await changes.DeleteObjectsAsync(classes.Deleted);
        var answer = new JsonObject
        {
            ["id"] = UserWorkerName.Script(script.Name),
            ["tag"] = script.Tag,
            ["deployment_id"] = version!.Id,
            ["startup_time_ms"] = version.StartupMilliseconds,
            ["created_on"] = ApiTime.Text(script.CreatedOn),
            ["modified_on"] = ApiTime.Text(script.ModifiedOn),
        };
        if (script.MigrationTag is { } tag) answer["migration_tag"] = tag;
        if (classes.Reconciliation is { } reconciliation) answer["exports_reconciliation"] = reconciliation;
        return answer;
    }

    private static async Task<JsonNode?> DeleteAsync(ScriptChanges changes, QueueAccess? queues, ICatalog catalog, ApiRequest request)
    {
        if (request.Query("force") != "true" && await ScriptReferences.DependentsAsync(request.Script, catalog) is { Count: > 0 } dependents)
        {
            throw new ApiException(HttpStatusCode.Conflict, new ApiError(
                ApiErrorCodes.ScriptInUse,
                $"The Worker \"{request.Script}\" is in use by {string.Join(", ", dependents)}. Remove the bindings first, or delete it with force=true (wrangler delete --force): the Workers that depend on it will then fail."));
        }

        var classes = (await FindAsync(catalog, request)).ObjectClasses;
        if (request.Query("force") != "true") await ObjectBindings.CheckUnusedAsync(request.Script, classes, catalog);
        var audit = request.Audit(changes.Now, "script.delete", request.Script);
        if (queues is not null) await queues.ForgetAsync(request.Script, audit);
        if (!await changes.DeleteAsync(request.Script, audit)) throw ApiException.NoScript(request.Script);
        return new JsonObject { ["id"] = request.Route("script") };
    }

    private static async Task<JsonNode?> PatchSettingsAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request)
    {
        var script = await FindAsync(catalog, request);
        var patch = await request.ReadObjectAsync();
        await TailConsumerSettings.CheckAsync(script.Name, patch, catalog);
        script = Patch(script, patch) with { ModifiedOn = changes.Now };
        await changes.ApplyAsync(new CatalogChange { Script = script, Audit = request.Audit(changes.Now, "script.settings", script.Name) });
        return ScriptSettings(script);
    }

    // The settings of script and version together: what is versioned makes a new version, live at once.
    private static async Task<JsonNode?> PatchVersionAsync(ScriptChanges changes, ICatalog catalog, VersionUploads uploads, ApiRequest request)
    {
        var script = await FindAsync(catalog, request);
        var newest = await uploads.NewestAsync(request.Script) ?? throw ApiException.NoScript(request.Script);
        var patch = await SettingsBody.ReadAsync(request);
        await TailConsumerSettings.CheckAsync(script.Name, patch, catalog);
        script = Patch(script, patch) with { ModifiedOn = changes.Now };
        PendingVersion? pending = null;
        if (VersionUploads.IsVersioned(patch))
        {
            await SecretEndpoints.CheckDeployedAsync(catalog, newest);
            pending = await uploads.ReviseAsync(request, newest, patch);
        }

        var version = await changes.ApplyAsync(new CatalogChange
        {
            Script = script,
            Version = pending?.Version,
            Deployment = pending is null ? null : NewRecords.DeploymentOf(pending.Version, request, changes.Now),
            Audit = request.Audit(changes.Now, "script.settings", script.Name, pending?.Version.Id ?? ""),
        });
        return SettingsObject(script, version ?? newest);
    }

    private static Script Patch(Script script, JsonObject patch)
    {
        var settings = (JsonObject)JsonNode.Parse(script.Settings)!;
        foreach (var name in Settings)
        {
            if (patch.ContainsKey(name)) settings[name] = patch[name]?.DeepClone();
        }

        script = script with { Settings = settings.ToJsonString() };
        return patch.ContainsKey("tags") ? script with { Tags = [.. patch.OptionalArray("tags").Strings("tags")] } : script;
    }

    private static async Task<JsonNode?> SetSubdomainAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request)
    {
        var script = await FindAsync(catalog, request);
        var body = await request.ReadObjectAsync();
        var enabled = body.OptionalBoolean("enabled") ?? throw ApiException.BadRequest("\"enabled\" is missing.");
        script = script with { Subdomain = enabled, Previews = body.OptionalBoolean("previews_enabled") ?? enabled, ModifiedOn = changes.Now };
        await changes.ApplyAsync(new CatalogChange
        {
            Script = script,
            Audit = request.Audit(changes.Now, "script.subdomain", script.Name, $"{(enabled ? "on" : "off")}, previews {(script.Previews ? "on" : "off")}"),
        });
        return Subdomain(script);
    }

    private static JsonObject Subdomain(Script script) => new() { ["enabled"] = script.Subdomain, ["previews_enabled"] = script.Previews };

    private static JsonObject WorkerObject(Script script, IDeploymentTarget target)
    {
        var subdomain = Subdomain(script);
        subdomain["url"] = $"https://{target.SubdomainHost(script.Name)}";
        subdomain["preview_url_suffix"] = $"-{target.SubdomainHost(script.Name)}";
        return new JsonObject { ["id"] = script.Tag, ["name"] = script.Name, ["tags"] = script.Tags.ToJson(), ["subdomain"] = subdomain };
    }

    private static JsonObject ServiceObject(Script script) => new()
    {
        ["id"] = script.Name,
        ["default_environment"] = new JsonObject
        {
            ["environment"] = "production",
            ["script"] = new JsonObject
            {
                ["id"] = script.Name,
                ["tag"] = script.Tag,
                ["tags"] = script.Tags.ToJson(),
                ["last_deployed_from"] = "wrangler",
                ["migration_tag"] = script.MigrationTag,
                ["created_on"] = ApiTime.Text(script.CreatedOn),
                ["modified_on"] = ApiTime.Text(script.ModifiedOn),
            },
        },
    };

    private static JsonObject SettingsObject(Script script, ScriptVersion? newest)
    {
        var settings = ScriptSettings(script);
        settings["bindings"] = newest is null ? new JsonArray() : JsonNode.Parse(newest.Bindings);
        settings["compatibility_date"] = newest?.CompatibilityDate;
        settings["compatibility_flags"] = (newest?.CompatibilityFlags ?? []).ToJson();
        settings["limits"] = VersionEndpoints.Limits(newest);
        settings["usage_model"] = "standard";
        settings.TryAdd("logpush", false);
        return settings;
    }

    private static JsonObject ScriptSettings(Script script)
    {
        var settings = (JsonObject)JsonNode.Parse(script.Settings)!;
        settings["tags"] = script.Tags.ToJson();
        return settings;
    }
}
