using System.Text.Json;
using System.Text.Json.Serialization;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;

namespace Skep.Storage.Catalog;

/// <summary>How the catalog's records are written: JSON, enumerations by name, so that a later version may add to both.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Script))]
[JsonSerializable(typeof(ScriptVersion))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(ApiToken))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(QueueDefinition))]
[JsonSerializable(typeof(R2BucketEntry))]
[JsonSerializable(typeof(HyperdriveConfig))]
[JsonSerializable(typeof(DispatchNamespace))]
[JsonSerializable(typeof(EmailRule))]
internal sealed partial class CatalogRecords : JsonSerializerContext;
