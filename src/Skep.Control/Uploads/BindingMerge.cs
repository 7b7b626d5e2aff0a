using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>The bindings of a new version: those of the upload, and those it keeps of the version before.</summary>
internal static class BindingMerge
{
    /// <summary>Secrets are kept whether the upload says so or not: users set them once, and older wranglers do not say it.</summary>
    private static readonly string[] AlwaysKept = [BindingReader.SecretText, "secret_key"];

    /// <summary>The merged list, and the names of the secrets whose encrypted text comes from <paramref name="previous"/>.</summary>
    /// <exception cref="ApiException">A binding is malformed, named twice, unknown, or inherits from nothing.</exception>
    public static (JsonArray Bindings, IReadOnlyList<string> KeptSecrets) Merge(JsonObject metadata, ScriptVersion? previous)
    {
        var before = previous is null ? [] : Bindings(previous).ToDictionary(each => each.RequiredString("name"), StringComparer.Ordinal);
        var merged = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var kept = new List<string>();
        var unresolved = new List<ApiError>();
        foreach (var binding in metadata.OptionalArray("bindings").Objects("bindings"))
        {
            var name = binding.RequiredString("name");
            if (merged.ContainsKey(name)) throw ApiException.Invalid($"There are two bindings named \"{name}\".");
            if (binding.RequiredString("type") != BindingReader.Inherit)
            {
                BindingReader.Check(binding);
                merged[name] = (JsonObject)binding.DeepClone();
            }
            else if (before.TryGetValue(name, out var inherited))
            {
                Keep(name, inherited);
            }
            else
            {
                unresolved.Add(new ApiError(ApiErrorCodes.InvalidInherit, $"inherit binding '{name}' is invalid: the version before has no binding of this name."));
            }
        }

        if (unresolved.Count > 0) throw new ApiException(HttpStatusCode.BadRequest, unresolved);
        string[] types = [.. AlwaysKept, .. metadata.OptionalArray("keep_bindings").Strings("keep_bindings")];
        foreach (var (name, binding) in before)
        {
            if (!merged.ContainsKey(name) && types.Contains(binding.RequiredString("type"), StringComparer.Ordinal)) Keep(name, binding);
        }

        return (new JsonArray([.. merged.Values]), kept);

        void Keep(string name, JsonObject binding)
        {
            merged[name] = (JsonObject)binding.DeepClone();
            if (binding.RequiredString("type") == BindingReader.SecretText) kept.Add(name);
        }
    }

    /// <summary>The settings, where each binding that has nothing but type and name stands for that of the version before: so say
    /// older wranglers what they do not change.</summary>
    public static JsonObject WithInherited(JsonObject settings, ScriptVersion previous)
    {
        var known = Bindings(previous).Select(each => (each.RequiredString("name"), each.RequiredString("type"))).ToHashSet();
        return new JsonObject
        {
            ["bindings"] = new JsonArray(
            [
                .. settings.OptionalArray("bindings").Objects("bindings").Select(each => each.Count == 2 && known.Contains((each.RequiredString("name"), each.RequiredString("type")))
                    ? new JsonObject { ["type"] = BindingReader.Inherit, ["name"] = each.RequiredString("name") }
                    : each.DeepClone()),
            ]),
        };
    }

    /// <summary>The binding objects of a stored version.</summary>
    public static IEnumerable<JsonObject> Bindings(ScriptVersion version) =>
        ((JsonArray)JsonNode.Parse(version.Bindings)!).Objects("bindings");
}
