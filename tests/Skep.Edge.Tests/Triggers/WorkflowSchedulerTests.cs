using System.Threading.Channels;
using Skep.Abstractions.Workflows;
using Skep.Edge.Triggers;
using Skep.Testing;

namespace Skep.Edge.Tests.Triggers;

/// <summary>When instances of Workflows are run.</summary>
public sealed class WorkflowSchedulerTests
{
    private readonly ManualTime _time = new();
    private readonly FakeQueue _queue = new();
    private readonly FakeTarget _target = new();
    private readonly Channel<Exception> _failures = Channel.CreateUnbounded<Exception>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_due_runs_at_once_and_what_is_not_in_its_time()
    {
        await using WorkflowScheduler scheduler = Start();
        _queue.Add("now", _time.GetUtcNow());
        Assert.Equal("now", (await _target.Runs.Reader.ReadAsync(Cancellation)).Run.Instance);
        await _queue.Ended.Reader.ReadAsync(Cancellation);

        _queue.Add("later", _time.GetUtcNow().AddHours(2));
        await _queue.Asked.Reader.ReadAsync(Cancellation);
        Assert.False(_target.Runs.Reader.TryRead(out _));
        while (!_target.Runs.Reader.TryPeek(out _))
        {
            _time.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }

        Assert.Equal("later", (await _target.Runs.Reader.ReadAsync(Cancellation)).Run.Instance);
    }

    [Fact]
    public async Task A_run_that_is_lost_is_put_back_and_one_that_is_always_lost_given_up()
    {
        await using WorkflowScheduler scheduler = Start();
        _target.Answer = _ => throw new IOException("gone");
        _queue.Add("lost", _time.GetUtcNow());
        Assert.NotNull((await _queue.Ended.Reader.ReadAsync(Cancellation)).Lost);
        Assert.Equal("gone", (await _failures.Reader.ReadAsync(Cancellation)).Message);

        _queue.Add("hopeless", _time.GetUtcNow(), losses: 5);
        Assert.Contains("6 times in a row", (await _queue.Ended.Reader.ReadAsync(Cancellation)).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_deployment_the_instance_fails_with_the_reason()
    {
        await using WorkflowScheduler scheduler = Start();
        _target.Answer = _ => null;
        _queue.Add("early", _time.GetUtcNow());
        Assert.NotNull((await _queue.Ended.Reader.ReadAsync(Cancellation)).Lost);
        _queue.Add("a", _time.GetUtcNow(), losses: 5);
        Assert.Equal("The Worker \"shop\" has no deployment.", (await _queue.Ended.Reader.ReadAsync(Cancellation)).Error!.Message);
    }

    [Fact]
    public async Task A_store_that_fails_is_asked_again()
    {
        _queue.Failure = new IOException("disk");
        await using WorkflowScheduler scheduler = Start();
        Assert.Equal("disk", (await _failures.Reader.ReadAsync(Cancellation)).Message);
        _queue.Failure = null;
        _queue.Add("a", _time.GetUtcNow(), quietly: true);
        while (!_target.Runs.Reader.TryPeek(out _))
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
    }

    private WorkflowScheduler Start()
    {
        WorkflowScheduler scheduler = new(_queue, _target, _time, failure => _failures.Writer.TryWrite(failure));
        scheduler.Start();
        Assert.Equal(_queue.Failure is null, _queue.Recovered);
        return scheduler;
    }

    private sealed class FakeTarget : IWorkflowTarget
    {
        public Channel<WorkflowTask> Runs { get; } = Channel.CreateUnbounded<WorkflowTask>();

        public Func<WorkflowTask, WorkflowOutcome?> Answer { get; set; } = _ => new WorkflowOutcome("v1", Suspended: true);

        public Task<WorkflowOutcome?> RunAsync(WorkflowTask task)
        {
            Runs.Writer.TryWrite(task);
            return Task.FromResult(Answer(task));
        }
    }

    private sealed class FakeQueue : IWorkflowQueue
    {
        private readonly Lock _gate = new();
        private readonly List<(DateTimeOffset Due, WorkflowTask Task)> _waiting = [];

        public Action? Changed { get; set; }

        public bool Recovered { get; private set; }

        public Exception? Failure { get; set; }

        public Channel<WorkflowOutcome> Ended { get; } = Channel.CreateUnbounded<WorkflowOutcome>();

        public Channel<bool> Asked { get; } = Channel.CreateUnbounded<bool>();

        public void Add(string id, DateTimeOffset due, int losses = 0, bool quietly = false)
        {
            WorkflowInstance instance = new()
            {
                Workflow = "order", Id = id, Status = WorkflowStatus.Queued, Params = new WorkflowValue(null, null), Trigger = "api", CreatedOn = due, ModifiedOn = due,
            };
            WorkflowTask task = new(new WorkflowRun("order", id, 1), new WorkflowDefinition("order", "1", "shop", "Order", due, due), instance, [], losses);
            while (Asked.Reader.TryRead(out _))
            {
            }

            lock (_gate) _waiting.Add((due, task));
            if (!quietly) Changed?.Invoke();
        }

        public ValueTask RecoverAsync()
        {
            if (Failure is not null) throw Failure;
            Recovered = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<WorkflowTask>> TakeAsync(DateTimeOffset now, int most)
        {
            if (Failure is not null) throw Failure;
            lock (_gate)
            {
                List<WorkflowTask> due = [.. _waiting.Where(each => each.Due <= now).Select(each => each.Task)];
                _waiting.RemoveAll(each => each.Due <= now);
                return new(due);
            }
        }

        public ValueTask<DateTimeOffset?> NextAsync()
        {
            lock (_gate)
            {
                Asked.Writer.TryWrite(true);
                return new(_waiting.Count == 0 ? null : _waiting.Min(each => each.Due));
            }
        }

        public ValueTask EndAsync(WorkflowRun run, WorkflowOutcome outcome)
        {
            Ended.Writer.TryWrite(outcome);
            return ValueTask.CompletedTask;
        }

        public ValueTask SweepAsync(DateTimeOffset now) => ValueTask.CompletedTask;
    }
}
