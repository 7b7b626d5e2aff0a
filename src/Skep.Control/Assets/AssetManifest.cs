using System.Text.Json;
using Skep.Abstractions.Assets;

namespace Skep.Control.Assets;

/// <summary>The list of a version's files as it is stored: <c>{"/index.html":["hash",12,"text/html"]}</c>, by path, so that the same files make the same list.</summary>
internal static class AssetManifest
{
    public static byte[] Write(IReadOnlyDictionary<string, AssetEntry> files)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (path, entry) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                json.WriteStartArray(path);
                json.WriteStringValue(entry.Hash);
                json.WriteNumberValue(entry.Size);
                if (entry.ContentType is { } type) json.WriteStringValue(type);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public static Dictionary<string, AssetEntry> Read(ReadOnlyMemory<byte> list)
    {
        var files = new Dictionary<string, AssetEntry>(StringComparer.Ordinal);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        using var json = JsonDocument.Parse(list);
        foreach (var file in json.RootElement.EnumerateObject())
        {
            var type = file.Value.GetArrayLength() > 2 ? file.Value[2].GetString()! : null;
            // Thousands of files have a handful of types.
            if (type is not null && !types.TryAdd(type, type)) type = types[type];
            files.Add(file.Name, new AssetEntry(file.Value[0].GetString()!, file.Value[1].GetInt64(), type));
        }

        return files;
    }
}
