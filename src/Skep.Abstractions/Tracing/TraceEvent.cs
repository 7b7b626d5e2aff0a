using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Skep.Abstractions.Tracing;

/// <summary>The event that an invocation handled.</summary>
[JsonDerivedType(typeof(FetchTraceEvent), "fetch")]
[JsonDerivedType(typeof(ScheduledTraceEvent), "scheduled")]
[JsonDerivedType(typeof(RpcTraceEvent), "rpc")]
[JsonDerivedType(typeof(QueueTraceEvent), "queue")]
[JsonDerivedType(typeof(EmailTraceEvent), "email")]
[JsonDerivedType(typeof(TailTraceEvent), "tail")]
[JsonDerivedType(typeof(AlarmTraceEvent), "alarm")]
[JsonDerivedType(typeof(WebSocketTraceEvent), "websocket")]
public abstract record TraceEvent;

/// <summary>An HTTP request.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">The absolute URL.</param>
/// <param name="Headers">Name, value, name, value…; names in lower case.</param>
/// <param name="Cf"><c>request.cf</c> as JSON, or null.</param>
/// <param name="Status">The response's status; null when there was none.</param>
public sealed record FetchTraceEvent(string Method, string Url, ImmutableArray<string> Headers, string? Cf, int? Status) : TraceEvent
{
    /// <summary>A header's value, several joined by ", ", or null; <paramref name="name"/> is lower case.</summary>
    public string? Header(string name)
    {
        string? value = null;
        for (var i = 0; i + 1 < Headers.Length; i += 2)
        {
            if (Headers[i] == name) value = value is null ? Headers[i + 1] : $"{value}, {Headers[i + 1]}";
        }

        return value;
    }
}

/// <summary>A cron trigger.</summary>
/// <param name="Cron">The expression.</param>
/// <param name="ScheduledTime">When it was due, in milliseconds since 1970.</param>
public sealed record ScheduledTraceEvent(string Cron, long ScheduledTime) : TraceEvent;

/// <summary>A batch of a queue's messages.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="BatchSize">How many messages.</param>
public sealed record QueueTraceEvent(string Queue, int BatchSize) : TraceEvent;

/// <summary>A message.</summary>
/// <param name="MailFrom">Its sender by the envelope.</param>
/// <param name="RcptTo">Its recipient by the envelope.</param>
/// <param name="RawSize">Its bytes.</param>
public sealed record EmailTraceEvent(string MailFrom, string RcptTo, long RawSize) : TraceEvent;

/// <summary>A session of calls from another Worker.</summary>
/// <param name="Method">What its first call names.</param>
public sealed record RpcTraceEvent(string Method) : TraceEvent;

/// <summary>Traces of other Workers.</summary>
/// <param name="Scripts">Whose, in the order of the traces.</param>
/// <param name="Behind">All Workers that they came from: these, and those whose traces these were given.</param>
public sealed record TailTraceEvent(ImmutableArray<string> Scripts, ImmutableArray<string> Behind) : TraceEvent;

/// <summary>A Durable Object's alarm.</summary>
/// <param name="ScheduledTime">When it was due, in milliseconds since 1970.</param>
public sealed record AlarmTraceEvent(long ScheduledTime) : TraceEvent;

/// <summary>Something arrived on a Durable Object's hibernatable WebSocket.</summary>
/// <param name="Kind"><c>message</c> or <c>close</c>.</param>
public sealed record WebSocketTraceEvent(string Kind) : TraceEvent;
