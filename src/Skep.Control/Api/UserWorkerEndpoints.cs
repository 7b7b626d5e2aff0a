using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;
using Skep.Control.Uploads;

namespace Skep.Control.Api;

/// <summary>The scripts of dispatch namespaces: what there is for other scripts, and tags
/// (https://developers.cloudflare.com/api/resources/workers_for_platforms/subresources/dispatch/subresources/namespaces/subresources/scripts/).</summary>
internal static class UserWorkerEndpoints
{
    private const string Root = ApiEndpoint.DispatchNamespace + "/scripts";

    // https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/configuration/tags/
    private const int MostTags = 8;

    // User Workers have neither routes nor triggers nor deployments of several versions.
    private static readonly string[] Shared = ["", "/settings", "/script-settings", "/secrets", "/secrets/{secret}", "/secrets-bulk", "/assets-upload-session"];

    /// <param name="ofScripts">The calls for scripts outside of namespaces.</param>
    public static IEnumerable<ApiEndpoint> All(ScriptChanges changes, ICatalog catalog, VersionUploads uploads, IEnumerable<ApiEndpoint> ofScripts) =>
    [
        .. ofScripts.Where(each => Shared.Contains(each.Pattern.Replace(ApiEndpoint.Script, "", StringComparison.Ordinal)))
            .Select(each => each with { Pattern = each.Pattern.Replace(ApiEndpoint.Script, ApiEndpoint.UserWorker, StringComparison.Ordinal) }),
        new("GET", Root, async request => new JsonArray([.. (await TaggedAsync(catalog, request)).Select(script => Describe(script, request))])),
        new("DELETE", Root, request => DeleteTaggedAsync(changes, catalog, request)),
        new("GET", ApiEndpoint.UserWorker, async request => Describe(
            await catalog.FindScriptAsync(request.Script) ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(
                ApiErrorCodes.VersionNotFound, $"The dispatch namespace {request.DispatchNamespace!.Name} has no script {request.Route("script")}.")),
            request)),
        new("GET", ApiEndpoint.UserWorker + "/bindings", async request =>
        {
            await ScriptEndpoints.FindAsync(catalog, request);
            return await uploads.NewestAsync(request.Script) is { } newest ? JsonNode.Parse(newest.Bindings) : new JsonArray();
        }),
        new("GET", ApiEndpoint.UserWorker + "/secrets/{secret}", async request =>
        {
            var script = await ScriptEndpoints.FindAsync(catalog, request);
            var name = request.LastSegment();
            return (await uploads.NewestAsync(request.Script))?.Secrets.ContainsKey(name) == true
                ? new JsonObject { ["name"] = name, ["type"] = BindingReader.SecretText }
                : throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.BadRequest, $"{UserWorkerName.Script(script.Name)} has no secret \"{name}\"."));
        }),
        new("GET", ApiEndpoint.UserWorker + "/tags", async request => (await ScriptEndpoints.FindAsync(catalog, request)).Tags.ToJson()),
        new("PUT", ApiEndpoint.UserWorker + "/tags", request => TagAsync(changes, catalog, request, async _ =>
            [.. (await request.ReadJsonAsync() as JsonArray ?? throw ApiException.BadRequest("The request body must be an array of tags.")).Strings("tags")])),
        new("PUT", ApiEndpoint.UserWorker + "/tags/{tag}", request => TagAsync(changes, catalog, request, script => Task.FromResult(script.Tags.Add(request.LastSegment())))),
        new("DELETE", ApiEndpoint.UserWorker + "/tags/{tag}", request => TagAsync(changes, catalog, request, script => Task.FromResult(script.Tags.Remove(request.LastSegment())))),
    ];

    /// <summary>The script with the tags that its upload says; as it is when that says none.</summary>
    public static Script WithTags(Script script, JsonObject metadata) =>
        metadata.ContainsKey("tags") ? WithTags(script, [.. metadata.OptionalArray("tags").Strings("tags")]) : script;

    private static Script WithTags(Script script, ImmutableArray<string> tags)
    {
        tags = [.. tags.Distinct(StringComparer.Ordinal)];
        if (tags.Length > MostTags) throw ApiException.Invalid($"A script can have {MostTags} tags, not {tags.Length}.");
        if (tags.FirstOrDefault(tag => tag.Length == 0 || tag.AsSpan().ContainsAny(',', '&')) is { } bad) throw ApiException.Invalid($"\"{bad}\" is no tag: it must not be empty, nor have a comma or an ampersand.");
        return script with { Tags = tags };
    }

    private static Task<JsonNode?> TagAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request, Func<Script, Task<ImmutableArray<string>>> tags) =>
        changes.AloneAsync<JsonNode?>(request.Script, async () =>
        {
            var script = await ScriptEndpoints.FindAsync(catalog, request);
            script = WithTags(script, await tags(script)) with { ModifiedOn = changes.Now };
            await changes.ApplyAsync(new CatalogChange { Script = script, Audit = request.Audit(changes.Now, "script.tags", script.Name, string.Join(", ", script.Tags)) });
            return script.Tags.ToJson();
        });

    private static async Task<JsonNode?> DeleteTaggedAsync(ScriptChanges changes, ICatalog catalog, ApiRequest request)
    {
        if (request.Query("tags") is not { Length: > 0 }) throw ApiException.BadRequest("Say which scripts to delete: ?tags=customer-1:yes. To delete all, delete the namespace.");
        JsonArray deleted = [];
        foreach (var script in await TaggedAsync(catalog, request))
        {
            await changes.DeleteAsync(script.Name, request.Audit(changes.Now, "script.delete", script.Name));
            deleted.Add(new JsonObject { ["id"] = UserWorkerName.Script(script.Name) });
        }

        return deleted;
    }

    // tags=customer-1:yes,beta:no
    private static async Task<Script[]> TaggedAsync(ICatalog catalog, ApiRequest request)
    {
        var scripts = await DispatchNamespaceEndpoints.ScriptsAsync(catalog, request.DispatchNamespace!);
        if (request.Query("tags") is not { Length: > 0 } filter) return scripts;
        foreach (var each in filter.Split(','))
        {
            var colon = each.LastIndexOf(':');
            var wanted = colon <= 0 ? null : each[(colon + 1)..] switch
            {
                "yes" => true,
                "no" => (bool?)false,
                _ => null,
            };
            if (wanted is not { } has) throw ApiException.BadRequest($"\"{each}\" in \"tags\" must be a tag with :yes or :no, such as customer-1:yes.");
            scripts = [.. scripts.Where(script => script.Tags.Contains(each[..colon], StringComparer.Ordinal) == has)];
        }

        return scripts;
    }

    private static JsonObject Describe(Script script, ApiRequest request) => new()
    {
        ["id"] = UserWorkerName.Script(script.Name),
        ["dispatch_namespace"] = request.DispatchNamespace!.Name,
        ["created_on"] = ApiTime.Text(script.CreatedOn),
        ["modified_on"] = ApiTime.Text(script.ModifiedOn),
        ["tags"] = script.Tags.ToJson(),
        ["script"] = new JsonObject
        {
            ["id"] = UserWorkerName.Script(script.Name),
            ["tag"] = script.Tag,
            ["tags"] = script.Tags.ToJson(),
            ["created_on"] = ApiTime.Text(script.CreatedOn),
            ["modified_on"] = ApiTime.Text(script.ModifiedOn),
        },
    };
}
