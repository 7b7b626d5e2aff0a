using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Skep.LocalData;

/// <summary>JSON for people, as <c>JSON.stringify(value, null, 2)</c> writes it.</summary>
internal static class Json
{
    public static Utf8JsonWriter Writer(Stream to) => new(to, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>What was written.</summary>
    public static string Text(MemoryStream written) => Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)written.Length);

    /// <summary>Why there is no other answer, as wrangler tells it.</summary>
    public static string Error(string message)
    {
        using MemoryStream json = new();
        using (var writer = Writer(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("text", message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Text(json);
    }
}
