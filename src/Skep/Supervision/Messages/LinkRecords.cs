using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Channels;
using Skep.Abstractions.D1;
using Skep.Abstractions.Email;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;

namespace Skep.Supervision.Messages;

/// <summary>How messages are written: JSON, by code that is generated at build time.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
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
[JsonSerializable(typeof(CacheChange))]
[JsonSerializable(typeof(WantedTraces))]
[JsonSerializable(typeof(InvocationTrace))]
[JsonSerializable(typeof(UsageSamples))]
[JsonSerializable(typeof(StateQuestion))]
[JsonSerializable(typeof(D1Importing))]
[JsonSerializable(typeof(D1Imported))]
[JsonSerializable(typeof(D1Exporting))]
[JsonSerializable(typeof(KvRead))]
[JsonSerializable(typeof(KvHeads))]
[JsonSerializable(typeof(KvListing))]
[JsonSerializable(typeof(KvPage))]
[JsonSerializable(typeof(KvChanges))]
[JsonSerializable(typeof(QueueSending))]
[JsonSerializable(typeof(QueueQuestion))]
[JsonSerializable(typeof(QueueMetrics))]
[JsonSerializable(typeof(QueueCall))]
[JsonSerializable(typeof(QueueAnswer))]
[JsonSerializable(typeof(R2KeyQuestion))]
[JsonSerializable(typeof(R2Answer))]
[JsonSerializable(typeof(R2Question))]
[JsonSerializable(typeof(R2Opened))]
[JsonSerializable(typeof(R2Storing))]
[JsonSerializable(typeof(R2Keys))]
[JsonSerializable(typeof(R2Listing))]
[JsonSerializable(typeof(R2Page))]
[JsonSerializable(typeof(R2UploadBegin))]
[JsonSerializable(typeof(R2UploadName))]
[JsonSerializable(typeof(R2PartStoring))]
[JsonSerializable(typeof(R2Part))]
[JsonSerializable(typeof(R2Completion))]
[JsonSerializable(typeof(RateLimitQuestion))]
[JsonSerializable(typeof(RateLimitAnswer))]
[JsonSerializable(typeof(WorkflowCreation))]
[JsonSerializable(typeof(WorkflowCreated))]
[JsonSerializable(typeof(WorkflowKey))]
[JsonSerializable(typeof(WorkflowInstance))]
[JsonSerializable(typeof(WorkflowTurn))]
[JsonSerializable(typeof(WorkflowSignal))]
[JsonSerializable(typeof(WorkflowRemoval))]
[JsonSerializable(typeof(WorkflowRemoved))]
[JsonSerializable(typeof(WorkflowEntry))]
[JsonSerializable(typeof(WorkflowUndoing))]
[JsonSerializable(typeof(WorkflowPermission))]
[JsonSerializable(typeof(WorkflowTaken))]
[JsonSerializable(typeof(WorkflowTask))]
[JsonSerializable(typeof(WorkflowAnswer))]
[JsonSerializable(typeof(ObjectQuestion))]
[JsonSerializable(typeof(ObjectPlace))]
[JsonSerializable(typeof(ObjectLeaseChange))]
[JsonSerializable(typeof(AlarmNote))]
[JsonSerializable(typeof(AlarmCall))]
[JsonSerializable(typeof(AlarmAnswer))]
[JsonSerializable(typeof(TextBinding))]
[JsonSerializable(typeof(JsonBinding))]
[JsonSerializable(typeof(SecretTextBinding))]
[JsonSerializable(typeof(ServiceBinding))]
[JsonSerializable(typeof(AssetsBinding))]
[JsonSerializable(typeof(KvNamespaceBinding))]
[JsonSerializable(typeof(WorkflowBinding))]
[JsonSerializable(typeof(ObjectNamespaceBinding))]
[JsonSerializable(typeof(QueueBinding))]
[JsonSerializable(typeof(R2BucketBinding))]
[JsonSerializable(typeof(RateLimitBinding))]
[JsonSerializable(typeof(D1DatabaseBinding))]
[JsonSerializable(typeof(HyperdriveBinding))]
[JsonSerializable(typeof(HyperdriveQuestion))]
[JsonSerializable(typeof(HyperdriveAnswer))]
[JsonSerializable(typeof(AnalyticsBinding))]
[JsonSerializable(typeof(AnalyticsPoints))]
[JsonSerializable(typeof(VectorizeBinding))]
[JsonSerializable(typeof(AiBinding))]
[JsonSerializable(typeof(SendEmailBinding))]
[JsonSerializable(typeof(EmailDelivery))]
[JsonSerializable(typeof(EmailCall))]
[JsonSerializable(typeof(EmailAnswer))]
[JsonSerializable(typeof(VectorQuestion))]
[JsonSerializable(typeof(DispatchNamespaceBinding))]
[JsonSerializable(typeof(WorkerLoaderBinding))]
internal sealed partial class LinkRecords : JsonSerializerContext
{
    /// <summary>Changes when a message changes its meaning: processes of two builds do not work together then.</summary>
    public const int Protocol = 3;

    /// <summary>The kinds of bindings that a version can take along. A new kind is named here and above.</summary>
    public static readonly IReadOnlyList<Type> Bindings =
    [
        typeof(TextBinding), typeof(JsonBinding), typeof(SecretTextBinding),
        typeof(ServiceBinding), typeof(AssetsBinding), typeof(KvNamespaceBinding), typeof(ObjectNamespaceBinding), typeof(WorkflowBinding), typeof(QueueBinding), typeof(R2BucketBinding), typeof(RateLimitBinding), typeof(D1DatabaseBinding),
        typeof(HyperdriveBinding), typeof(AnalyticsBinding), typeof(VectorizeBinding), typeof(AiBinding), typeof(SendEmailBinding),
        typeof(DispatchNamespaceBinding),
        typeof(WorkerLoaderBinding),
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
