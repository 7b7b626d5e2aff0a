using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Skep.Control.Envelopes;

/// <summary>How JSON nodes are written, without reflection.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class JsonNodeInfo : JsonSerializerContext;
