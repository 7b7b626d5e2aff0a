using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Observability;
using Skep.Edge.Routing;
using Skep.Edge.Triggers;
using Skep.Testing;

namespace Skep.Edge.Tests.Triggers;

/// <summary>When batches are delivered, and how many at a time.</summary>
public sealed class QueueDispatcherTests : IQueueTarget, IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeQueueBroker _broker;
    private readonly QueueDispatcher _dispatcher;
    private readonly Channel<Delivered> _delivered = Channel.CreateUnbounded<Delivered>();
    private readonly Channel<QueueRun> _ended = Channel.CreateUnbounded<QueueRun>();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentQueue<Delivered> _all = new();

    public QueueDispatcherTests()
    {
        _broker = new FakeQueueBroker(_time);
        _dispatcher = new QueueDispatcher(_broker, this, _time, run => _ended.Writer.TryWrite(run), _failures.Enqueue);
        _dispatcher.Start();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        var end = _dispatcher.DisposeAsync();
        await _dispatcher.SettledAsync();
        foreach (var left in _all) left.Handle();
        await end;
    }

    public Task<QueueDelivery?> DeliverAsync(string script, QueueEvent queueEvent)
    {
        Delivered delivered = new(script, queueEvent);
        _all.Enqueue(delivered);
        _delivered.Writer.TryWrite(delivered);
        return delivered.Ended;
    }

    [Fact]
    public async Task A_full_batch_is_delivered_at_once()
    {
        _broker.Consume(consumer => consumer with { BatchSize = 3, MaxWaitMilliseconds = 60_000 });
        _broker.Send("a", "b");
        await NothingAsync();
        _broker.Send("c", "d");
        var batch = await NextAsync();
        Assert.Equal(("worker", "jobs", "a b c"), (batch.Script, batch.Batch.Queue, batch.Text));
        batch.Handle();
        Assert.Equal(new QueueSettled(3, 0, 0, 0), (await _ended.Reader.ReadAsync(Cancellation)).Settled);
        await NothingAsync();
    }

    [Fact]
    public async Task Another_when_its_first_message_has_waited_long_enough()
    {
        _broker.Consume(consumer => consumer with { BatchSize = 3, MaxWaitMilliseconds = 5000 });
        _broker.Send("a");
        await PassAsync(3);
        _broker.Send("b");
        await NothingAsync();
        await PassAsync(2);
        var batch = await NextAsync();
        Assert.Equal("a b", batch.Text);
    }

    [Fact]
    public async Task Without_a_wait_every_message_goes_as_it_comes()
    {
        _broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0 });
        _broker.Send("a");
        Assert.Equal("a", (await NextAsync()).Text);
    }

    [Fact]
    public async Task Delayed_messages_are_waited_for()
    {
        _broker.Consume(consumer => consumer with { BatchSize = 2, MaxWaitMilliseconds = 5000 });
        _broker.Send(TimeSpan.FromHours(30), "late");
        _broker.Send(TimeSpan.FromSeconds(7), "a", "b");
        await PassAsync(6);
        await NothingAsync();
        // Full as they come: they do not wait for each other.
        await PassAsync(1);
        var batch = await NextAsync();
        Assert.Equal("a b", batch.Text);
        batch.Handle();
        await _ended.Reader.ReadAsync(Cancellation);
        for (var hour = 0; hour < 30; hour++) await PassAsync(3600);
        await PassAsync(5);
        Assert.Equal("late", (await NextAsync()).Text);
    }

    [Fact]
    public async Task Messages_that_were_there_before_are_delivered_after_a_start()
    {
        FakeQueueBroker broker = new(_time);
        broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0 });
        broker.Send("a");
        await using QueueDispatcher dispatcher = new(broker, this, _time, static _ => { }, _failures.Enqueue);
        dispatcher.Start();
        (await NextAsync()).Handle();
    }

    [Fact]
    public async Task A_queue_has_as_many_batches_at_a_time_as_its_backlog_asks_for()
    {
        _broker.Consume(consumer => consumer with { BatchSize = 1, MaxWaitMilliseconds = 0 });
        _broker.Send(Enumerable.Range(0, 10).Select(number => $"{number}"));
        var first = await NextAsync();
        await NothingAsync();

        // It went well and others wait: two at a time. Then one more for each second that one waits.
        first.Handle();
        var second = await NextAsync();
        var third = await NextAsync();
        await NothingAsync();
        await PassAsync(1);
        var fourth = await NextAsync();
        await NothingAsync();
        Assert.Equal(["0", "1", "2", "3"], new[] { first, second, third, fourth }.Select(each => each.Text));
        foreach (var each in (Delivered[])[second, third, fourth]) each.Handle();
    }

    [Fact]
    public async Task And_no_more_than_its_configuration_allows()
    {
        _broker.Consume(consumer => consumer with { BatchSize = 1, MaxWaitMilliseconds = 0, MaxConcurrency = 2 });
        _broker.Send("a", "b", "c", "d", "e");
        (await NextAsync()).Handle();
        var second = await NextAsync();
        await NextAsync();
        await PassAsync(10);
        await NothingAsync();
        second.Handle();
        Assert.Equal("d", (await NextAsync()).Text);
        await NothingAsync();
    }

    [Fact]
    public async Task What_the_handler_says_is_settled_and_retries_come_again()
    {
        _broker.Consume(consumer => consumer with { BatchSize = 2, MaxWaitMilliseconds = 0 });
        _broker.Send("a", "b");
        var batch = await NextAsync();
        batch.End(new QueueResult(FetchEvents.Ok, [new(1, 1, QueueVerdict.Ack), new(2, 1, QueueVerdict.Retry, 30)]));
        var run = await _ended.Reader.ReadAsync(Cancellation);
        Assert.Equal(("v1", 2, new QueueSettled(1, 1, 0, 0)), (run.VersionId, run.Messages, run.Settled));
        Assert.Equal(["a Ack", "b Retry 30"], _broker.Settled);
        await PassAsync(30);
        var again = await NextAsync();
        Assert.Equal(("b", 2), (again.Text, again.Batch.Messages[0].Attempts));
    }

    [Fact]
    public async Task A_process_that_is_lost_returns_its_batch()
    {
        _broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0, RetryDelay = 600 });
        _broker.Send("a");
        (await NextAsync()).Lose(new IOException("the process ended"));
        var again = await NextAsync();
        Assert.Equal(("a", 2), (again.Text, again.Batch.Messages[0].Attempts));
        Assert.Equal("the process ended", Assert.Single(_failures).Message);
    }

    [Fact]
    public async Task While_nothing_is_deployed_messages_wait_and_no_attempt_counts()
    {
        _broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0 });
        _broker.Send("a");
        (await NextAsync()).Return();
        await SettledAsync("a Return");
        await NothingAsync();
        await PassAsync(1);
        (await NextAsync()).Return();
        await SettledAsync("a Return", "a Return");
        await PassAsync(1);
        await NothingAsync();

        // A deployment ends the wait.
        _dispatcher.Retry("worker");
        var batch = await NextAsync();
        Assert.Equal(1, batch.Batch.Messages[0].Attempts);
        batch.End(batch.Batch.All(QueueVerdict.Return, new InvocationSummary(InvocationOutcome.ScriptNotFound, default, default, 0, new WorkerError(WorkerErrorCode.Startup, "broken"))));
        await _ended.Reader.ReadAsync(Cancellation);
        await NothingAsync();

        // So does a change of the configuration.
        _broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0 });
        (await NextAsync()).Handle();
    }

    [Fact]
    public async Task A_queue_that_fails_is_tried_again()
    {
        _broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0 });
        _broker.Failure = new QueueException(507, 0, "full");
        _broker.Send("a");
        await NothingAsync();
        Assert.NotEmpty(_failures);
        _broker.Failure = null;
        await PassAsync(1);
        Assert.Equal("a", (await NextAsync()).Text);
    }

    [Fact]
    public async Task Paused_queues_and_those_without_a_Worker_are_left_alone()
    {
        _broker.Send("a");
        await NothingAsync();
        _broker.Consume(consumer => consumer with { Script = null, MaxWaitMilliseconds = 0 });
        await NothingAsync();
        _broker.Queue = _broker.Queue! with { IsPaused = true };
        _broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0 });
        await NothingAsync();
        _broker.Queue = _broker.Queue! with { IsPaused = false };
        _broker.Tell();
        Assert.Equal("a", (await NextAsync()).Text);
    }

    [Fact]
    public async Task The_end_waits_for_handlers_and_takes_nothing_more()
    {
        _broker.Consume(consumer => consumer with { BatchSize = 1, MaxWaitMilliseconds = 0 });
        _broker.Send("a", "b");
        var batch = await NextAsync();
        var end = _dispatcher.DisposeAsync().AsTask();
        Assert.False(end.IsCompleted);
        batch.Handle();
        await end;
        Assert.Equal(["a Ack"], _broker.Settled);
        await NothingAsync();
    }

    [Fact]
    public async Task The_end_does_not_wait_for_ever()
    {
        _broker.Consume(consumer => consumer with { MaxWaitMilliseconds = 0 });
        _broker.Send("a");
        await NextAsync();
        var end = _dispatcher.DisposeAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(30));
        await end;
    }

    [Fact]
    public async Task Versions_get_batches_by_their_shares()
    {
        DeploymentRouter router = new();
        ConcurrentQueue<string> ran = new();
        FakeWorker Version(string name) => new(static _ => { }, name) { Queue = batch => { ran.Enqueue(name); return Task.FromResult(batch.All(QueueVerdict.Ack, FetchEvents.Ok)); } };
        await router.SetAsync(new ServedScript("worker", [], [], [new ServedVersion(Version("old"), 0.0001), new ServedVersion(Version("new"), 99.9999)]));
        DeployedWorkers workers = new(router);
        QueueEvent batch = new("jobs", [new QueueMessage("1", 0, 1, QueueContentType.Text, default)], new QueueMetrics(0, 0, 0));
        for (var i = 0; i < 20; i++) Assert.NotNull(await workers.DeliverAsync("worker", batch));
        Assert.Contains("new", ran);
        Assert.Null(await workers.DeliverAsync("another", batch));
    }

    [Fact]
    public async Task A_batch_is_a_line_of_the_request_log()
    {
        DeploymentRouter router = new();
        await router.SetAsync(new ServedScript("worker", [], [], [new ServedVersion(FakeWorker.Answering("", "worker"), 100)]));
        RecordingLog log = new();
        await new DeployedWorkers(router, log).DeliverAsync("worker", new QueueEvent("jobs", [], new QueueMetrics(0, 0, 0)));
        Assert.Equal("QUEUE jobs 200 worker", log.Line);
    }

    private async Task<Delivered> NextAsync() => await _delivered.Reader.ReadAsync(Cancellation);

    // Whatever was to be done is done, and it was nothing.
    private async Task NothingAsync()
    {
        await _dispatcher.SettledAsync();
        Assert.False(_delivered.Reader.TryRead(out var unexpected), unexpected?.Text);
    }

    private async Task PassAsync(int seconds)
    {
        await _dispatcher.SettledAsync();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await _dispatcher.SettledAsync();
    }

    // Settling is the last that a batch does; then its queue is looked at again.
    private async Task SettledAsync(params string[] all)
    {
        while (_broker.Settled.Count < all.Length) await Task.Yield();
        Assert.Equal(all, _broker.Settled);
        await _dispatcher.SettledAsync();
    }

    private sealed class RecordingLog : IRequestLog
    {
        public string? Line { get; private set; }

        public void Completed(in RequestLogEntry entry) => Line = $"{entry.Method} {entry.Path} {entry.Status} {entry.Worker?.Name}";
    }

    private sealed class Delivered(string script, QueueEvent batch)
    {
        private readonly TaskCompletionSource<QueueDelivery?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Script => script;

        public QueueEvent Batch => batch;

        public string Text => string.Join(' ', batch.Messages.Select(message => Encoding.UTF8.GetString(message.Body.Span)));

        public Task<QueueDelivery?> Ended => _ended.Task;

        public void Handle() => End(batch.All(QueueVerdict.Ack, FetchEvents.Ok));

        public void End(QueueResult result) => _ended.TrySetResult(new QueueDelivery("v1", result));

        public void Lose(Exception failure) => _ended.TrySetException(failure);

        public void Return() => _ended.TrySetResult(null);
    }
}
