using System.Text.Json.Serialization;
using Skep.Abstractions.Vectors;

namespace Skep.Storage.Vectors;

/// <summary>How indexes are written, without reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(VectorIndex))]
internal sealed partial class VectorRecords : JsonSerializerContext;
