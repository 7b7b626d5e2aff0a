using System.Diagnostics;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Observability;

/// <summary>Spans of invocations and subrequests (https://opentelemetry.io/docs/specs/semconv/http/). They cost nothing while nobody
/// listens to the source.</summary>
public static class Spans
{
    /// <summary>The source's name, for listeners.</summary>
    public const string SourceName = "Skep";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>True when somebody listens.</summary>
    internal static bool AreWanted => Source.HasListeners();

    /// <summary>A request has come. Null when it is not sampled.</summary>
    internal static Activity? BeginRequest(FetchEvent request, IWorker worker, bool acceptContext)
    {
        ActivityContext parent = default;
        if (acceptContext && request.GetHeader("traceparent") is { } traceParent
            && !ActivityContext.TryParse(traceParent, request.GetHeader("tracestate"), isRemote: true, out parent))
        {
            // https://www.w3.org/TR/trace-context/#a-traceparent-is-received: what is malformed begins a new trace.
            parent = default;
        }

        var span = Begin(request.Method, ActivityKind.Server, parent);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag("http.request.method", request.Method);
        span.SetTag("url.full", TraceRedaction.Url(request.Url));
        Name(span, worker);
        return span;
    }

    /// <summary>A cron trigger fires.</summary>
    internal static Activity? BeginScheduled(ScheduledEvent scheduled, IWorker worker)
    {
        var span = Begin($"cron {scheduled.Cron}", ActivityKind.Internal, default);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag("faas.cron", scheduled.Cron);
        span.SetTag("faas.time", scheduled.ScheduledTime.UtcDateTime);
        Name(span, worker);
        return span;
    }

    /// <summary>A batch of messages is delivered.</summary>
    internal static Activity? BeginQueue(QueueEvent batch, IWorker worker)
    {
        var span = Begin($"process {batch.Queue}", ActivityKind.Consumer, default);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag("messaging.destination.name", batch.Queue);
        span.SetTag("messaging.batch.message_count", batch.Messages.Length);
        Name(span, worker);
        return span;
    }

    /// <summary>A message has come.</summary>
    internal static Activity? BeginEmail(EmailEvent email, IWorker worker)
    {
        var span = Begin("email", ActivityKind.Consumer, default);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag("messaging.message.body.size", email.Content.Length);
        Name(span, worker);
        return span;
    }

    /// <summary>A worker sends a request.</summary>
    internal static Activity? BeginSubrequest(string method, string url, ActivityContext parent)
    {
        // Without a parent the invocation was not sampled, and neither is this.
        var span = parent == default ? null : Begin(method, ActivityKind.Client, parent);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag("http.request.method", method);
        span.SetTag("url.full", TraceRedaction.Url(url));
        return span;
    }

    /// <summary>The invocation has ended.</summary>
    internal static void End(Activity span, in InvocationSummary summary, int? status)
    {
        if (status is { } code) span.SetTag("http.response.status_code", code);
        span.SetTag("skep.outcome", OutcomeNames.Of(summary.Outcome));
        span.SetTag("skep.cpu_ms", summary.Cpu.TotalMilliseconds);
        span.SetTag("skep.subrequests", summary.Subrequests);
        if (summary.Outcome is not (InvocationOutcome.Ok or InvocationOutcome.Canceled)) span.SetStatus(ActivityStatusCode.Error, summary.Error?.Message);
        span.Stop();
    }

    // The thread belongs to an event loop: what it does next is none of this span's.
    private static Activity? Begin(string name, ActivityKind kind, ActivityContext parent)
    {
        var before = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(name, kind, parent);
        Activity.Current = before;
        return span;
    }

    private static void Name(Activity span, IWorker worker)
    {
        span.SetTag("faas.name", worker.Version.Name);
        span.SetTag("faas.version", worker.Version.Id);
    }
}
