using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;

namespace Skep.Control.Tails;

/// <summary>What is sent to a tail, as JSON. Secrets in URLs and headers are hidden.</summary>
internal static class TailMessage
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An invocation.</summary>
    public static ReadOnlyMemory<byte> Of(InvocationTrace trace) => Write(json =>
    {
        json.WriteNumber("wallTime", (long)trace.Wall.TotalMilliseconds);
        json.WriteNumber("cpuTime", (long)trace.Cpu.TotalMilliseconds);
        json.WriteBoolean("truncated", trace.Truncated);
        json.WriteString("executionModel", "stateless");
        json.WriteString("outcome", OutcomeNames.Of(trace.Outcome));
        json.WriteStartObject("scriptVersion");
        json.WriteString("id", trace.VersionId);
        json.WriteEndObject();
        json.WriteString("scriptName", trace.ScriptName);
        if (trace.Entrypoint is { } entrypoint) json.WriteString("entrypoint", entrypoint);
        json.WriteStartArray("diagnosticsChannelEvents");
        json.WriteEndArray();
        WriteExceptions(json, trace);
        WriteLogs(json, trace);
        json.WriteNumber("eventTimestamp", trace.EventTimestamp);
        WriteEvent(json, trace.Event);
    });

    /// <summary>Events are dropped from here on (<c>overload</c>), or not any more (<c>overload-stop</c>).</summary>
    public static ReadOnlyMemory<byte> Overload(bool begins, long now) => Write(json =>
    {
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
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteExceptions(Utf8JsonWriter json, InvocationTrace trace)
    {
        json.WriteStartArray("exceptions");
        foreach (var (timestamp, name, message, stack) in trace.Exceptions)
        {
            json.WriteStartObject();
            if (stack is not null) json.WriteString("stack", stack);
            json.WriteString("name", name);
            json.WriteString("message", message);
            json.WriteNumber("timestamp", timestamp);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLogs(Utf8JsonWriter json, InvocationTrace trace)
    {
        json.WriteStartArray("logs");
        foreach (var (timestamp, level, message) in trace.Logs)
        {
            json.WriteStartObject();
            json.WritePropertyName("message");
            json.WriteRawValue(message);
            json.WriteString("level", LevelName(level));
            json.WriteNumber("timestamp", timestamp);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string LevelName(ConsoleLevel level) => level switch
    {
        ConsoleLevel.Debug => "debug",
        ConsoleLevel.Info => "info",
        ConsoleLevel.Warn => "warn",
        ConsoleLevel.Error => "error",
        _ => "log",
    };

    private static void WriteEvent(Utf8JsonWriter json, TraceEvent traced)
    {
        json.WriteStartObject("event");
        switch (traced)
        {
            case FetchTraceEvent fetch:
                WriteFetch(json, fetch);
                break;
            case ScheduledTraceEvent scheduled:
                json.WriteString("cron", scheduled.Cron);
                json.WriteNumber("scheduledTime", scheduled.ScheduledTime);
                break;
            case QueueTraceEvent queue:
                json.WriteString("queue", queue.Queue);
                json.WriteNumber("batchSize", queue.BatchSize);
                break;
            case RpcTraceEvent rpc:
                json.WriteString("rpcMethod", rpc.Method);
                break;
            default:
                throw new ArgumentException($"There is no form for the event {traced}.", nameof(traced));
        }

        json.WriteEndObject();
    }

    private static void WriteFetch(Utf8JsonWriter json, FetchTraceEvent fetch)
    {
        json.WriteStartObject("request");
        json.WriteString("url", TraceRedaction.Url(fetch.Url));
        json.WriteString("method", fetch.Method);
        json.WriteStartObject("headers");
        foreach (var (name, value) in Headers(fetch)) json.WriteString(name, TraceRedaction.HidesHeader(name) ? TraceRedaction.Redacted : value);
        json.WriteEndObject();
        if (fetch.Cf is { } cf)
        {
            json.WritePropertyName("cf");
            json.WriteRawValue(cf);
        }

        json.WriteEndObject();
        if (fetch.Status is not { } status) return;
        json.WriteStartObject("response");
        json.WriteNumber("status", status);
        json.WriteEndObject();
    }

    private static Dictionary<string, string> Headers(FetchTraceEvent fetch)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < fetch.Headers.Length; i += 2)
        {
            var (name, value) = (fetch.Headers[i], fetch.Headers[i + 1]);
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }

        return headers;
    }
}
