using System.Globalization;
using System.Text.Json;
using Skep.Abstractions.D1;
using Skep.Output;

namespace Skep.LocalData;

/// <summary>Prints what came of SQL: for programs, and where the output is no terminal, as JSON.</summary>
internal static class D1Results
{
    public static async Task PrintAsync(DataCall call, JsonElement results, bool isForPrograms)
    {
        if (isForPrograms || Console.IsOutputRedirected)
        {
            var json = ToJson(results);
            await call.SayAsync(json);
            return;
        }

        foreach (var result in results.EnumerateArray())
        {
            if (ToTable(result.GetProperty("results")) is { } table) await call.SayAsync(table);
        }
    }

    /// <summary>What an import did, as the result of a statement.</summary>
    public static JsonElement Of(D1Imported imported)
    {
        using MemoryStream json = new();
        using (var writer = Json.Writer(json))
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteStartArray("results");
            writer.WriteStartObject();
            writer.WriteNumber("Total queries executed", imported.Queries);
            writer.WriteNumber("Rows read", imported.RowsRead);
            writer.WriteNumber("Rows written", imported.RowsWritten);
            writer.WriteString("Database size (MB)", (imported.Bytes / 1e6).ToString("F2", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteBoolean("success", true);
            writer.WriteString("finalBookmark", imported.Bookmark);
            writer.WriteStartObject("meta");
            writer.WriteNumber("duration", imported.Duration.TotalMilliseconds);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        return JsonElement.Parse(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static string ToJson(JsonElement results)
    {
        using MemoryStream json = new();
        using (var writer = Json.Writer(json))
        {
            writer.WriteStartArray();
            foreach (var result in results.EnumerateArray())
            {
                writer.WriteStartObject();
                writer.WriteStartArray("results");
                foreach (var row in result.GetProperty("results").EnumerateArray()) Write(writer, row);
                writer.WriteEndArray();
                writer.WritePropertyName("success");
                result.GetProperty("success").WriteTo(writer);
                if (result.TryGetProperty("finalBookmark", out var bookmark)) writer.WriteString("finalBookmark", bookmark.GetString());
                writer.WriteStartObject("meta");
                writer.WritePropertyName("duration");
                result.GetProperty("meta").GetProperty("duration").WriteTo(writer);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Json.Text(json);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement row)
    {
        writer.WriteStartObject();
        foreach (var column in row.EnumerateObject())
        {
            writer.WritePropertyName(column.Name);
            if (column.Value.ValueKind == JsonValueKind.Array) writer.WriteStringValue(Shown(column.Value));
            else column.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static string? ToTable(JsonElement rows)
    {
        if (rows.GetArrayLength() == 0) return null;
        string[] names = [.. rows[0].EnumerateObject().Select(column => column.Name)];
        string[][] cells = [.. rows.EnumerateArray().Select(row => row.EnumerateObject().Select(column => Shown(column.Value)).ToArray())];
        return TextTable.Format(names, cells);
    }

    // Bytes are arrays of numbers.
    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(number => number.GetRawText()))}]",
        _ => value.ToString(),
    };
}
