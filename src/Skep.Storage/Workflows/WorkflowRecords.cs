using System.Text.Json.Serialization;
using Skep.Abstractions.Workflows;

namespace Skep.Storage.Workflows;

/// <summary>How records of Workflows are stored.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(WorkflowDefinition))]
[JsonSerializable(typeof(WorkflowInstance))]
[JsonSerializable(typeof(WorkflowStep))]
[JsonSerializable(typeof(WorkflowValue))]
internal sealed partial class WorkflowRecords : JsonSerializerContext;
