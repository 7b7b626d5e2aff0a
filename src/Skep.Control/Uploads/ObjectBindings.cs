using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Objects;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>Bindings to the Durable Objects of a class, of the same script or another.</summary>
internal static class ObjectBindings
{
    public const string Type = "durable_object_namespace";

    /// <summary>Writes the ids of the namespaces into the bindings.</summary>
    /// <param name="request">The upload, whose token may be for certain scripts only.</param>
    /// <param name="bindings">All bindings of the version.</param>
    /// <param name="own">The script's own classes, after its migrations.</param>
    /// <param name="catalog">Knows the classes of others.</param>
    /// <exception cref="ApiException">A class is no Durable Object class.</exception>
    public static async Task ResolveAsync(ApiRequest request, JsonArray bindings, ClassChange own, ICatalog catalog)
    {
        foreach (var binding in bindings.Objects("bindings").Where(IsNamespace))
        {
            var className = binding.RequiredString("class_name");
            var script = binding.OptionalString("script_name") is { Length: > 0 } other && other != request.Script ? other : null;
            var classes = script is null ? own.Classes : await ClassesAsync(request, script, own, catalog);
            var found = classes.FirstOrDefault(each => each.ClassName == className) ?? throw Refused(
                $"Cannot create binding for class '{className}' because it is not currently configured to implement Durable Objects. Ensure a --new-class migration has been applied to it.");
            binding["namespace_id"] = found.NamespaceId;
        }
    }

    /// <summary>Refuses the removal of classes that other scripts are bound to.</summary>
    /// <exception cref="ApiException">One is.</exception>
    public static async Task CheckUnusedAsync(string script, IEnumerable<ObjectClass> removed, ICatalog catalog)
    {
        var ids = removed.ToDictionary(each => each.NamespaceId, each => each.ClassName, StringComparer.Ordinal);
        if (ids.Count == 0) return;
        foreach (var deployment in await catalog.ListActiveDeploymentsAsync())
        {
            if (deployment.Script == script) continue;
            foreach (var share in deployment.Versions)
            {
                if (await catalog.FindVersionAsync(deployment.Script, share.VersionId) is not { } version) continue;
                if (BindingMerge.Bindings(version).Where(IsNamespace).FirstOrDefault(each => ids.ContainsKey(each.RequiredString("namespace_id"))) is not { } binding) continue;
                throw ClassChanges.Refused(
                    ApiErrorCodes.ObjectClassInUse,
                    $"The Durable Object class '{ids[binding.RequiredString("namespace_id")]}' of '{script}' is used by the Worker '{deployment.Script}' (binding '{binding.RequiredString("name")}'). Remove that binding first, or delete with force=true.");
            }
        }
    }

    private static async Task<ImmutableArray<ObjectClass>> ClassesAsync(ApiRequest request, string script, ClassChange own, ICatalog catalog)
    {
        var found = own.Others.FirstOrDefault(each => each.Name == script) ?? await catalog.FindScriptAsync(script)
            ?? throw Refused($"Cannot create binding for class in script '{script}' that does not exist.");
        if (!request.Token.Scripts.IsEmpty && !request.Token.Scripts.Contains(script))
        {
            // It would else reach the objects of any Worker.
            throw new ApiException(
                HttpStatusCode.Forbidden,
                new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. The token \"{request.Token.Name}\" may not bind Durable Objects of '{script}': it is not for that Worker."));
        }

        return found.ObjectClasses;
    }

    private static bool IsNamespace(JsonObject binding) => binding.RequiredString("type") == Type;

    private static ApiException Refused(string message) => ClassChanges.Refused(ApiErrorCodes.ObjectClassMissing, message);
}
