using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Skep.Abstractions.Analytics;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;
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
    public const string R2Bucket = "r2_bucket";
    public const string Assets = "assets";
    public const string Queue = "queue";
    public const string Hyperdrive = "hyperdrive";
    public const string Vectorize = "vectorize";
    public const string Analytics = "analytics_engine";

    public const string Email = "send_email";

    private delegate Binding Reader(string name, JsonObject from, ScriptVersion version, Func<string, string> secret);

    private static readonly FrozenDictionary<string, Reader> Readers = new Dictionary<string, Reader>
    {
        ["plain_text"] = static (name, from, _, _) => new TextBinding(name, from.RequiredString("text")),
        ["json"] = static (name, from, _, _) => new JsonBinding(name, from["json"]?.ToJsonString() ?? "null"),
        [SecretText] = static (name, _, _, secret) => new SecretTextBinding(name, secret(name)),
        [ServiceBindings.Type] = static (name, from, _, _) => ServiceBindings.Read(name, from),
        ["ratelimit"] = static (name, from, _, _) => RateLimit(name, from),
        [KvNamespace] = static (name, from, _, _) => new KvNamespaceBinding(name, from.RequiredString("namespace_id")),
        ["workflow"] = static (name, from, _, _) => Workflow(name, from),
        [D1] = static (name, from, _, _) => new D1DatabaseBinding(name, D1Bindings.Id(name, from)),
        [Queue] = static (name, from, _, _) => ReadQueue(name, from),
        [R2Bucket] = static (name, from, _, _) => R2Bindings.Read(name, from),
        [Hyperdrive] = static (name, from, _, _) => new HyperdriveBinding(name, from.RequiredString("id")),
        [Analytics] = static (name, from, _, _) => Dataset(name, from),
        [Vectorize] = static (name, from, _, _) => new VectorizeBinding(name, from.RequiredString("index_name")),
        [Email] = static (name, from, _, _) => EmailBindings.Read(name, from),
        ["ai"] = static (name, _, _, _) => new AiBinding(name),
        ["worker_loader"] = static (name, _, _, _) => new WorkerLoaderBinding(name),
        [DispatchBindings.Type] = static (name, from, _, _) => DispatchBindings.Read(name, from),
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
        if (from.RequiredString("type") == DispatchBindings.Type) DispatchBindings.Check(name, from);
        if (from.RequiredString("type") is "plain_text" or SecretText) _ = from.RequiredString("text");
        if (from.RequiredString("type") == "ratelimit") _ = RateLimit(name, from);
        if (from.RequiredString("type") == "workflow") _ = Workflow(name, from);
        if (from.RequiredString("type") == Queue) _ = ReadQueue(name, from);
        if (from.RequiredString("type") == R2Bucket) _ = R2Bindings.Read(name, from);
        if (from.RequiredString("type") == ObjectBindings.Type) _ = from.RequiredString("class_name");
        if (from.RequiredString("type") == KvNamespace) _ = from.RequiredString("namespace_id");
        if (from.RequiredString("type") == D1) _ = D1Bindings.Id(name, from);
        if (from.RequiredString("type") == Hyperdrive) _ = from.RequiredString("id");
        if (from.RequiredString("type") == Vectorize) _ = from.RequiredString("index_name");
        if (from.RequiredString("type") == Email) _ = EmailBindings.Read(name, from);
        if (from.RequiredString("type") == Analytics) _ = Dataset(name, from);
    }

    private static Reader Find(JsonObject from)
    {
        var type = from.RequiredString("type");
        return Readers.GetValueOrDefault(type) ?? throw ApiException.NotThere($"The binding \"{from.RequiredString("name")}\" of type {type}");
    }

    private static WorkflowBinding Workflow(string name, JsonObject from) =>
        new(name, from.RequiredString("workflow_name"), from.OptionalString("class_name") ?? "", from.OptionalString("script_name"));

    private static QueueBinding ReadQueue(string name, JsonObject from)
    {
        var delay = from.OptionalNumber("delivery_delay");
        if (delay is < 0 or > QueueRules.MaxDelaySeconds)
            throw ApiException.Invalid($"The queue binding \"{name}\" has a \"delivery_delay\" of {delay}; it must be between 0 and {QueueRules.MaxDelaySeconds} seconds.");
        return new QueueBinding(name, from.RequiredString("queue_name"), (int?)delay);
    }

    private static AnalyticsBinding Dataset(string name, JsonObject from)
    {
        var dataset = from.OptionalString("dataset") ?? name;
        if (AnalyticsPoint.IsDataset(dataset)) return new AnalyticsBinding(name, dataset);
        throw ApiException.Invalid($"The dataset \"{dataset}\" of the binding \"{name}\" cannot be called that: use up to 64 letters, digits and underscores, beginning with no digit.");
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
