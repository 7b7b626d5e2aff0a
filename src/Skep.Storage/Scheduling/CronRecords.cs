using System.Text.Json;
using System.Text.Json.Serialization;
using Skep.Abstractions.Scheduling;

namespace Skep.Storage.Scheduling;

/// <summary>How runs are written: JSON, enumerations by name, so that a later version may add to both.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CronRun))]
internal sealed partial class CronRecords : JsonSerializerContext;
