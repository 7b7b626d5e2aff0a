using System.Text.Json;
using Skep.Abstractions.Kv;

namespace Skep.Control.Api;

/// <summary>Metadata of a pair as callers of the API give it.</summary>
internal static class KvMetadata
{
    /// <summary>The JSON without white space; null when there is none, or it is null.</summary>
    /// <exception cref="KvException">It is no JSON, or too long.</exception>
    public static string? Normalise(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return Normalise(parsed.RootElement);
        }
        catch (JsonException malformed)
        {
            throw new KvException(400, $"metadata must be valid JSON: {malformed.Message}", malformed);
        }
    }

    /// <summary>The same of a parsed value.</summary>
    public static string? Normalise(JsonElement metadata)
    {
        if (metadata.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return null;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            metadata.WriteTo(json);
        }

        var text = System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        KvRules.CheckMetadata(text);
        return text;
    }
}
