using System.Text.Json.Serialization;

namespace Skep.Storage.Analytics;

/// <summary>How lists are written, without reflection.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class AnalyticsRecords : JsonSerializerContext;
