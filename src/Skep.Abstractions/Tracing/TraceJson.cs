using System.Text.Json;
using Skep.Abstractions.Events;
using Skep.Abstractions.Routing;

namespace Skep.Abstractions.Tracing;

/// <summary>A trace as Workers see it: <c>TraceItem</c>
/// (https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/#tailitems). Secrets in URLs and headers are hidden.</summary>
public static class TraceJson
{
    /// <summary>Writes it as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="trace">It.</param>
    /// <param name="unredacted">A request has a member of this name, too, with the URL and the headers as they were.</param>
    public static void Write(Utf8JsonWriter json, InvocationTrace trace, bool unredacted = false)
    {
        json.WriteStartObject();
        json.WriteNumber("wallTime", (long)trace.Wall.TotalMilliseconds);
        json.WriteNumber("cpuTime", (long)trace.Cpu.TotalMilliseconds);
        json.WriteBoolean("truncated", trace.Truncated);
        json.WriteString("executionModel", "stateless");
        json.WriteString("outcome", OutcomeNames.Of(trace.Outcome));
        json.WriteStartObject("scriptVersion");
        json.WriteString("id", trace.VersionId);
        json.WriteEndObject();
        json.WriteString("scriptName", UserWorkerName.Script(trace.ScriptName));
        if (UserWorkerName.Namespace(trace.ScriptName) is { } dispatchNamespace) json.WriteString("dispatchNamespace", dispatchNamespace);
        if (trace.Entrypoint is { } entrypoint) json.WriteString("entrypoint", entrypoint);
        json.WriteStartArray("diagnosticsChannelEvents");
        json.WriteEndArray();
        WriteExceptions(json, trace);
        WriteLogs(json, trace);
        json.WriteNumber("eventTimestamp", trace.EventTimestamp);
        WriteEvent(json, trace.Event, unredacted);
        json.WriteEndObject();
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

    private static void WriteEvent(Utf8JsonWriter json, TraceEvent traced, bool unredacted)
    {
        json.WriteStartObject("event");
        switch (traced)
        {
            case FetchTraceEvent fetch:
                WriteFetch(json, fetch, unredacted);
                break;
            case ScheduledTraceEvent scheduled:
                json.WriteString("cron", scheduled.Cron);
                json.WriteNumber("scheduledTime", scheduled.ScheduledTime);
                break;
            case QueueTraceEvent queue:
                json.WriteString("queue", queue.Queue);
                json.WriteNumber("batchSize", queue.BatchSize);
                break;
            case EmailTraceEvent email:
                json.WriteString("mailFrom", email.MailFrom);
                json.WriteString("rcptTo", email.RcptTo);
                json.WriteNumber("rawSize", email.RawSize);
                break;
            case RpcTraceEvent rpc:
                json.WriteString("rpcMethod", rpc.Method);
                break;
            case AlarmTraceEvent alarm:
                json.WriteNumber("scheduledTime", alarm.ScheduledTime);
                break;
            case WebSocketTraceEvent socket:
                json.WriteStartObject("getWebSocketEvent");
                json.WriteString("webSocketEventType", socket.Kind);
                json.WriteEndObject();
                break;
            case TailTraceEvent tail:
                json.WriteStartArray("consumedEvents");
                foreach (var script in tail.Scripts)
                {
                    json.WriteStartObject();
                    json.WriteString("scriptName", UserWorkerName.Script(script));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"There is no form for the event {traced}.", nameof(traced));
        }

        json.WriteEndObject();
    }

    private static void WriteFetch(Utf8JsonWriter json, FetchTraceEvent fetch, bool unredacted)
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

        if (unredacted)
        {
            json.WriteStartObject("unredacted");
            json.WriteString("url", fetch.Url);
            json.WriteStartObject("headers");
            foreach (var (name, value) in Headers(fetch)) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
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
