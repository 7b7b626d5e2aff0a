using System.Diagnostics;
using Skep.Abstractions.Channels;
using Skep.Edge.Observability;

namespace Skep.Edge.Outbound;

/// <summary>Makes a span of each subrequest of an invocation that has one.</summary>
/// <param name="next">Sends them.</param>
/// <param name="propagate">Whether origins are told the trace (https://www.w3.org/TR/trace-context/), unless the worker tells them one.</param>
public sealed class SpannedChannel(ISubrequestChannel next, bool propagate) : ISubrequestChannel, IDisposable
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    /// <inheritdoc/>
    public ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation) =>
        Spans.AreWanted && Spans.BeginSubrequest(request.Method, request.Url, request.Span) is { } span
            ? SendAsync(request, span, cancellation)
            : next.SendAsync(request, cancellation);

    /// <inheritdoc/>
    public ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) =>
        next.ConnectAsync(host, port, secure, cancellation);

    /// <inheritdoc/>
    public void Dispose() => (next as IDisposable)?.Dispose();

    private async ValueTask<SubrequestResponse> SendAsync(Subrequest request, Activity span, CancellationToken cancellation)
    {
        try
        {
            var response = await next.SendAsync(propagate ? WithContext(request, span) : request, cancellation);
            span.SetTag("http.response.status_code", response.Status);
            return response;
        }
        catch (Exception failure)
        {
            span.SetStatus(ActivityStatusCode.Error, failure.Message);
            throw;
        }
        finally
        {
            span.Stop();
        }
    }

    private static Subrequest WithContext(Subrequest request, Activity span)
    {
        for (var i = 0; i + 1 < request.Headers.Count; i += 2)
        {
            if (request.Headers[i] == TraceParent) return request;
        }

        List<string> headers = [.. request.Headers, TraceParent, span.Id!];
        if (span.TraceStateString is { Length: > 0 } state) headers.AddRange([TraceState, state]);
        return request.WithHeaders(headers);
    }
}
