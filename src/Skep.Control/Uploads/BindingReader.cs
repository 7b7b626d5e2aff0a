using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>From the upload API's binding objects to what the runtime puts into <c>env</c>.</summary>
internal static class BindingReader
{
    public const string SecretText = "secret_text";
    public const string Inherit = "inherit";
    public const string Assets = "assets";

    private delegate Binding Reader(string name, JsonObject from, ScriptVersion version, Func<string, string> secret);

    private static readonly FrozenDictionary<string, Reader> Readers = new Dictionary<string, Reader>
    {
        ["plain_text"] = static (name, from, _, _) => new TextBinding(name, from.RequiredString("text")),
        ["json"] = static (name, from, _, _) => new JsonBinding(name, from["json"]?.ToJsonString() ?? "null"),
        [SecretText] = static (name, _, _, secret) => new SecretTextBinding(name, secret(name)),
        [Assets] = static (name, _, _, _) => new AssetsBinding(name),
        ["version_metadata"] = static (name, _, version, _) => new JsonBinding(name, VersionMetadata(version).ToJsonString()),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads one binding of a stored version.</summary>
    /// <param name="secret">Decrypts the secret of that name.</param>
    public static Binding Read(JsonObject from, ScriptVersion version, Func<string, string> secret) =>
        Find(from)(from.RequiredString("name"), from, version, secret);

    /// <summary>Refuses what cannot be bound.</summary>
    /// <exception cref="ApiException">It is malformed, or Skep has no such binding.</exception>
    public static void Check(JsonObject from)
    {
        var name = from.RequiredString("name");
        if (name.Length == 0) throw ApiException.Invalid("A binding has an empty name.");
        _ = Find(from);
        if (from.RequiredString("type") is "plain_text" or SecretText) _ = from.RequiredString("text");
    }

    private static Reader Find(JsonObject from)
    {
        var type = from.RequiredString("type");
        return Readers.GetValueOrDefault(type) ?? throw ApiException.NotThere($"The binding \"{from.RequiredString("name")}\" of type {type}");
    }

    // https://developers.cloudflare.com/workers/runtime-apis/bindings/version-metadata/
    private static JsonObject VersionMetadata(ScriptVersion version) => new()
    {
        ["id"] = version.Id,
        ["tag"] = version.Annotations.GetValueOrDefault("workers/tag", ""),
        ["timestamp"] = version.CreatedOn.ToString("O", CultureInfo.InvariantCulture),
    };
}
