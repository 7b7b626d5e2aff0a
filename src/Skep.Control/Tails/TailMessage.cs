using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Skep.Abstractions.Tracing;

namespace Skep.Control.Tails;

/// <summary>What is sent to a tail, as JSON. Secrets in URLs and headers are hidden.</summary>
internal static class TailMessage
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An invocation.</summary>
    public static ReadOnlyMemory<byte> Of(InvocationTrace trace) => Write(json => TraceJson.Write(json, trace));

    /// <summary>Events are dropped from here on (<c>overload</c>), or not any more (<c>overload-stop</c>).</summary>
    public static ReadOnlyMemory<byte> Overload(bool begins, long now) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("outcome", "ok");
        json.WriteNull("scriptName");
        json.WriteStartArray("exceptions");
        json.WriteEndArray();
        json.WriteStartArray("logs");
        json.WriteEndArray();
        json.WriteNumber("eventTimestamp", now);
        json.WriteStartObject("event");
        json.WriteString("type", begins ? "overload" : "overload-stop");
        json.WriteString("message", begins
            ? "Tail is currently in sampling mode due to the high volume of messages. To prevent messages from being dropped consider adding filters."
            : "Tail has exited sampling mode and is no longer dropping messages.");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        write(json);
        json.Flush();
        return buffer.WrittenMemory;
    }
}
