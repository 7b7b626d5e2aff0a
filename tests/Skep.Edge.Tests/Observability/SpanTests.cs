using System.Collections.Concurrent;
using System.Diagnostics;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Edge.Dispatch;
using Skep.Edge.Observability;
using Skep.Edge.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Observability;

public sealed class SpanTests : IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string TraceParent = $"traceparent: 00-{Trace}-b7ad6b7169203331-01\r\n";

    // The source is the process's: other tests' spans come here, too.
    private readonly string _own = Guid.NewGuid().ToString("N")[..12];
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public SpanTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Spans.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.GetTagItem("url.full") is string url && url.Contains(_own, StringComparison.Ordinal)) _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_request_is_a_span()
    {
        await using var edge = await TestEdge.StartAsync(request => request.Answer(201, "ok"));
        await edge.GetAsync($"/{_own}", TraceParent);
        var span = Assert.Single(_spans);
        Assert.Equal((ActivityKind.Server, "GET", 201, "ok", "fake"), (span.Kind, span.DisplayName, span.GetTagItem("http.response.status_code"), span.GetTagItem("skep.outcome"), span.GetTagItem("faas.name")));
        Assert.NotEqual(Trace, span.TraceId.ToHexString());
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task A_failure_is_an_error()
    {
        await using var edge = await TestEdge.StartAsync(request => request.FailWith(WorkerErrorCode.Exception, "boom"));
        await edge.GetAsync($"/{_own}");
        var span = Assert.Single(_spans);
        Assert.Equal((ActivityStatusCode.Error, "boom", 500), (span.Status, span.StatusDescription, span.GetTagItem("http.response.status_code")));
    }

    [Fact]
    public async Task The_trace_of_a_client_is_taken_up_when_that_is_wanted()
    {
        await using var edge = await TestEdge.StartAsync(request => request.Answer(200, "ok"), new DispatchOptions { AcceptTraceContext = true });
        await edge.GetAsync($"/{_own}", TraceParent);
        var span = Assert.Single(_spans);
        Assert.Equal((Trace, "b7ad6b7169203331"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_subrequest_is_a_span_below_and_names_the_trace_when_that_is_wanted(bool propagate, bool named)
    {
        var origin = new FakeChannel(static (_, _) => Task.FromResult(new FakeResponse("ok", 204)));
        using var channel = new SpannedChannel(origin, propagate);
        var worker = FakeWorker.Async(async request =>
        {
            await using var response = await channel.SendAsync(
                new Subrequest { Method = "PUT", Url = $"http://origin/{_own}", Headers = named ? ["traceparent", "own"] : [], Span = request.Span }, TestContext.Current.CancellationToken);
            request.Answer(200, "ok");
        });
        await using var edge = await TestEdge.StartAsync(worker);
        await edge.GetAsync($"/{_own}");
        var (below, above) = (_spans.Single(span => span.Kind == ActivityKind.Client), _spans.Single(span => span.Kind == ActivityKind.Server));
        Assert.Equal((above.TraceId, above.SpanId, "PUT", 204), (below.TraceId, below.ParentSpanId, below.DisplayName, below.GetTagItem("http.response.status_code")));
        string[] expected = named ? ["traceparent", "own"] : propagate ? ["traceparent", below.Id!] : [];
        Assert.Equal(expected, Assert.Single(origin.Sent).Headers);
    }

    [Fact]
    public async Task A_subrequest_without_a_span_above_has_none()
    {
        var origin = new FakeChannel(static (_, _) => Task.FromResult(new FakeResponse("ok")));
        using var channel = new SpannedChannel(origin, propagate: true);
        await using var response = await channel.SendAsync(new Subrequest { Method = "GET", Url = $"http://origin/{_own}", Headers = [] }, TestContext.Current.CancellationToken);
        Assert.Empty(_spans);
        Assert.Empty(Assert.Single(origin.Sent).Headers);
    }
}
