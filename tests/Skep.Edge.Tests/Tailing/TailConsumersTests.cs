using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Edge.Routing;
using Skep.Edge.Tailing;
using Skep.Testing;

namespace Skep.Edge.Tests.Tailing;

/// <summary>Traces on their way to tail Workers.</summary>
public sealed class TailConsumersTests : IAsyncDisposable
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private readonly ManualTime _time = new();
    private readonly RecordingObserver _observer = new();
    private readonly DeploymentRouter _router = new();
    private readonly RecordingTraces _others = new();
    private readonly TailConsumers _tails;

    public TailConsumersTests()
    {
        _others.Demand.IsWanted = false;
        _tails = new TailConsumers(_others, _router, _observer, _time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _tails.DisposeAsync();

    [Fact]
    public async Task Traces_arrive_together_a_moment_later()
    {
        var batches = await DeployAsync("logger");
        _tails.Set("shop", ["logger"]);
        _tails.Publish(Trace("shop", "a"));
        _tails.Publish(Trace("shop", "b"));
        _tails.Publish(Trace("other", "c"));
        Assert.False(batches.Reader.TryRead(out _));
        _time.Advance(Gathering);
        Assert.Equal(["a", "b"], await ReadAsync(batches));
    }

    [Fact]
    public async Task A_hundred_traces_do_not_wait()
    {
        var batches = await DeployAsync("logger");
        _tails.Set("shop", ["logger"]);
        for (var i = 0; i < 100; i++) _tails.Publish(Trace("shop", $"{i}"));
        Assert.Equal(100, (await ReadAsync(batches)).Length);
    }

    [Fact]
    public async Task Each_of_several_tail_workers_gets_every_trace()
    {
        var (one, two) = (await DeployAsync("one"), await DeployAsync("two"));
        _tails.Set("shop", ["one", "two", "one"]);
        _tails.Publish(Trace("shop", "a"));
        _time.Advance(Gathering);
        Assert.Equal(["a"], await ReadAsync(one));
        Assert.Equal(["a"], await ReadAsync(two));
    }

    [Fact]
    public void Traces_are_made_only_while_somebody_takes_them()
    {
        var demand = _tails.DemandFor("shop");
        Assert.False(demand.IsAny);
        _tails.Set("shop", ["logger"]);
        Assert.True(demand.IsAny);
        _tails.Set("shop", []);
        Assert.False(demand.IsAny);
        demand.IsWanted = true;
        Assert.True(demand.IsAny);
    }

    [Fact]
    public async Task Whoever_else_wants_traces_gets_them_too_and_only_then()
    {
        await DeployAsync("logger");
        _tails.Set("shop", ["logger"]);
        _tails.Publish(Trace("shop", "a"));
        Assert.Empty(_others.All);
        _others.Demand.IsWanted = true;
        _tails.Publish(Trace("shop", "b"));
        Assert.Equal("b", Assert.Single(_others.All).VersionId);
    }

    [Fact]
    public async Task A_trace_never_comes_back_to_a_worker_that_it_came_from()
    {
        var (shop, logger) = (await DeployAsync("shop"), await DeployAsync("logger"));
        _tails.Set("shop", ["logger", "shop"]);
        _tails.Set("logger", ["shop", "logger", "further"]);
        var further = await DeployAsync("further");
        _tails.Publish(Trace("shop", "a"));
        _tails.Publish(Trace("logger", "of a's tail", new TailTraceEvent(["shop"], ["shop"])));
        _time.Advance(Gathering);
        Assert.Equal(["a"], await ReadAsync(logger));
        Assert.Equal(["of a's tail"], await ReadAsync(further));
        await _tails.FlushAsync();
        Assert.False(shop.Reader.TryRead(out _));
        Assert.False(logger.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_tail_worker_that_does_not_end_holds_up_nobody_and_traces_are_dropped_at_last()
    {
        TaskCompletionSource<InvocationSummary> never = new();
        ConcurrentBag<TailEvent> taken = [];
        await DeployAsync("slow", tail =>
        {
            taken.Add(tail);
            return never.Task;
        });
        var quick = await DeployAsync("quick");
        _tails.Set("shop", ["slow"]);
        _tails.Set("other", ["quick"]);
        // Far more than is kept.
        for (var i = 0; i < 100_000; i++) _tails.Publish(Trace("shop", $"{i}"));
        _tails.Publish(Trace("other", "a"));
        _time.Advance(Gathering);
        Assert.Equal(["a"], await ReadAsync(quick));
        Assert.Equal("The tail Worker slow does not keep up: traces are dropped until it does.", Assert.Single(_observer.Errors).Message);
        Assert.InRange(taken.Count, 1, 8);
        never.SetResult(FetchEvents.Ok);
        await _tails.FlushAsync();
        Assert.InRange(taken.Sum(tail => tail.Traces.Length), 10_000, 50_000);
    }

    [Fact]
    public async Task What_goes_wrong_is_said_once()
    {
        await DeployAsync("logger", _ => Task.FromResult(new InvocationSummary(InvocationOutcome.Exception, default, default, 0, new WorkerError(WorkerErrorCode.Exception, "Error: boom"))));
        _tails.Set("shop", ["logger", "gone"]);
        for (var i = 0; i < 3; i++)
        {
            _tails.Publish(Trace("shop", "a"));
            await _tails.FlushAsync();
        }

        Assert.Equal(["Error: boom", "The tail Worker gone is not deployed: its traces are dropped."], _observer.Errors.Select(error => error.Message).Order());
    }

    [Fact]
    public async Task What_waits_when_the_server_ends_is_delivered()
    {
        var batches = await DeployAsync("logger");
        _tails.Set("shop", ["logger"]);
        _tails.Publish(Trace("shop", "a"));
        await _tails.FlushAsync();
        Assert.Equal(["a"], await ReadAsync(batches));
    }

    [Fact]
    public async Task Large_traces_come_in_smaller_batches()
    {
        var batches = await DeployAsync("logger");
        _tails.Set("shop", ["logger"]);
        for (var i = 0; i < 30; i++) _tails.Publish(Trace("shop", $"{i}") with { Logs = [new TraceLog(0, ConsoleLevel.Log, new string('x', 200_000))] });
        await _tails.FlushAsync();
        List<int> sizes = [];
        while (batches.Reader.TryRead(out var batch)) sizes.Add(batch.Traces.Length);
        Assert.Equal(30, sizes.Sum());
        Assert.All(sizes, size => Assert.InRange(size, 1, 11));
    }

    private static InvocationTrace Trace(string script, string id, TraceEvent? traced = null) => new()
    {
        ScriptName = script,
        VersionId = id,
        Event = traced ?? new ScheduledTraceEvent("* * * * *", 0),
        EventTimestamp = 0,
        Outcome = InvocationOutcome.Ok,
    };

    private async Task<Channel<TailEvent>> DeployAsync(string name, Func<TailEvent, Task<InvocationSummary>>? tail = null)
    {
        var batches = Channel.CreateUnbounded<TailEvent>();
        FakeWorker worker = new(static _ => { }, name)
        {
            Tail = tail ?? (given =>
            {
                batches.Writer.TryWrite(given);
                return Task.FromResult(FetchEvents.Ok);
            }),
        };
        await _router.SetAsync(new ServedScript(name, [], [], [new ServedVersion(worker, 100)]));
        return batches;
    }

    private static async Task<ImmutableArray<string>> ReadAsync(Channel<TailEvent> batches) =>
        [.. (await batches.Reader.ReadAsync(Cancellation)).Traces.Select(trace => trace.VersionId)];
}
