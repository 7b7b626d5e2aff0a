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
    public const string KvNamespace = "kv_namespace";
    public const string D1 = "d1";
    public const string Assets = "assets";

    private delegate Binding Reader(string name, JsonObject from, ScriptVersion version, Func<string, string> secret);

    private static readonly FrozenDictionary<string, Reader> Readers = new Dictionary<string, Reader>
    {
        ["plain_text"] = static (name, from, _, _) => new TextBinding(name, from.RequiredString("text")),
        ["json"] = static (name, from, _, _) => new JsonBinding(name, from["json"]?.ToJsonString() ?? "null"),
        [SecretText] = static (name, _, _, secret) => new SecretTextBinding(name, secret(name)),
        [ServiceBindings.Type] = static (name, from, _, _) => ServiceBindings.Read(name, from),
        ["ratelimit"] = static (name, from, _, _) => RateLimit(name, from),
        [KvNamespace] = static (name, from, _, _) => new KvNamespaceBinding(name, from.RequiredString("namespace_id")),
        [D1] = static (name, from, _, _) => new D1DatabaseBinding(name, D1Bindings.Id(name, from)),
        [Assets] = static (name, _, _, _) => new AssetsBinding(name),
        [ObjectBindings.Type] = static (name, from, _, _) => new ObjectNamespaceBinding(name, from.RequiredString("namespace_id")),
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
        if (from.RequiredString("type") == ServiceBindings.Type) _ = ServiceBindings.Read(name, from);
        if (from.RequiredString("type") is "plain_text" or SecretText) _ = from.RequiredString("text");
        if (from.RequiredString("type") == "ratelimit") _ = RateLimit(name, from);
        if (from.RequiredString("type") == ObjectBindings.Type) _ = from.RequiredString("class_name");
        if (from.RequiredString("type") == KvNamespace) _ = from.RequiredString("namespace_id");
        if (from.RequiredString("type") == D1) _ = D1Bindings.Id(name, from);
    }

    private static Reader Find(JsonObject from)
    {
        var type = from.RequiredString("type");
        return Readers.GetValueOrDefault(type) ?? throw ApiException.NotThere($"The binding \"{from.RequiredString("name")}\" of type {type}");
    }

    private static RateLimitBinding RateLimit(string name, JsonObject from)
    {
        var simple = from.OptionalObject("simple") ?? throw ApiException.Invalid($"The rate limiter \"{name}\" has no \"simple\": {{ \"limit\", \"period\" }}.");
        return (simple.OptionalNumber("limit"), simple.OptionalNumber("period")) switch
        {
            (not >= 1, _) => throw ApiException.Invalid($"The rate limiter \"{name}\" needs a \"limit\" of at least 1."),
            (_, not (10 or 60)) => throw ApiException.Invalid($"The rate limiter \"{name}\" needs a \"period\" of 10 or 60 seconds."),
            var (limit, period) => new RateLimitBinding(name, from.RequiredString("namespace_id"), (long)limit.Value, (int)period.Value),
        };
    }

    // https://developers.cloudflare.com/workers/runtime-apis/bindings/version-metadata/
    private static JsonObject VersionMetadata(ScriptVersion version) => new()
    {
        ["id"] = version.Id,
        ["tag"] = version.Annotations.GetValueOrDefault("workers/tag", ""),
        ["timestamp"] = version.CreatedOn.ToString("O", CultureInfo.InvariantCulture),
    };
}
