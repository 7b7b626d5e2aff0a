using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;

namespace Skep.Supervision.Messages;

/// <summary>How messages are written: JSON, by code that is generated at build time.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Part))]
[JsonSerializable(typeof(RoutingUpdate))]
[JsonSerializable(typeof(VersionKey))]
[JsonSerializable(typeof(VersionHead))]
[JsonSerializable(typeof(VersionCheck))]
[JsonSerializable(typeof(Drain))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Failure))]
[JsonSerializable(typeof(ScheduledCall))]
[JsonSerializable(typeof(ScheduledAnswer))]
[JsonSerializable(typeof(CachePurge))]
[JsonSerializable(typeof(Purged))]
[JsonSerializable(typeof(WantedTraces))]
[JsonSerializable(typeof(InvocationTrace))]
[JsonSerializable(typeof(UsageSamples))]
[JsonSerializable(typeof(KvRead))]
[JsonSerializable(typeof(KvHeads))]
[JsonSerializable(typeof(KvListing))]
[JsonSerializable(typeof(KvPage))]
[JsonSerializable(typeof(KvChanges))]
[JsonSerializable(typeof(RateLimitQuestion))]
[JsonSerializable(typeof(RateLimitAnswer))]
[JsonSerializable(typeof(TextBinding))]
[JsonSerializable(typeof(JsonBinding))]
[JsonSerializable(typeof(SecretTextBinding))]
[JsonSerializable(typeof(ServiceBinding))]
[JsonSerializable(typeof(AssetsBinding))]
[JsonSerializable(typeof(KvNamespaceBinding))]
[JsonSerializable(typeof(ObjectNamespaceBinding))]
[JsonSerializable(typeof(RateLimitBinding))]
[JsonSerializable(typeof(D1DatabaseBinding))]
internal sealed partial class LinkRecords : JsonSerializerContext
{
    /// <summary>Changes when a message changes its meaning: processes of two builds do not work together then.</summary>
    public const int Protocol = 1;

    /// <summary>The kinds of bindings that a version can take along. A new kind is named here and above.</summary>
    public static readonly IReadOnlyList<Type> Bindings =
    [
        typeof(TextBinding), typeof(JsonBinding), typeof(SecretTextBinding),
        typeof(ServiceBinding), typeof(AssetsBinding), typeof(KvNamespaceBinding), typeof(ObjectNamespaceBinding), typeof(RateLimitBinding), typeof(D1DatabaseBinding),
    ];

    public static byte[] Write<T>(T record) => JsonSerializer.SerializeToUtf8Bytes(record, Info<T>());

    /// <exception cref="InvalidDataException">It is no such record.</exception>
    public static T Read<T>(ReadOnlySpan<byte> from)
    {
        try
        {
            return JsonSerializer.Deserialize(from, Info<T>()) ?? throw new InvalidDataException($"A message should be a {typeof(T).Name}, but is null.");
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException($"A message should be a {typeof(T).Name}: {malformed.Message}", malformed);
        }
    }

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)Polymorphic.Options.GetTypeInfo(typeof(T));

    // Apart, because the generated statics of this class must be there first.
    private static class Polymorphic
    {
        public static readonly JsonSerializerOptions Options = new(Default.Options) { TypeInfoResolver = ((IJsonTypeInfoResolver)Default).WithAddedModifier(WithBindings) };
    }

    private static void WithBindings(JsonTypeInfo info)
    {
        if (info.Type != typeof(Binding)) return;
        info.PolymorphismOptions = new JsonPolymorphismOptions();
        foreach (var kind in Bindings) info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(kind, kind.Name));
    }
}
