using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Triggers;
using Skep.Testing;

namespace Skep.Edge.Tests.Triggers;

public sealed class CronSchedulerTests : IScheduledTarget
{
    private readonly ManualTime _time = new();
    private readonly FakeCronStore _store = new();
    private readonly ConcurrentQueue<string> _fired = new();
    private readonly ConcurrentQueue<CronRun> _ended = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private ImmutableArray<Script> _scripts = [];
    private Func<ScheduledEvent, Task<ScheduledResult?>> _handler = static _ => Task.FromResult<ScheduledResult?>(new("v1", FetchEvents.Ok));

    public CronSchedulerTests() => _time.Advance(new DateTimeOffset(2026, 11, 21, 12, 0, 30, TimeSpan.Zero) - _time.GetUtcNow());

    public Task<ScheduledResult?> RunAsync(string script, ScheduledEvent scheduledEvent)
    {
        _fired.Enqueue($"{script} {scheduledEvent.Cron} {scheduledEvent.ScheduledTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}");
        return _handler(scheduledEvent);
    }

    [Fact]
    public async Task Triggers_fire_on_their_minute()
    {
        Add("a", "* * * * *", "*/2 * * * *");
        await using var scheduler = await StartAsync();
        await PassAsync(scheduler, TimeSpan.FromSeconds(29));
        Assert.Empty(_fired);
        await PassAsync(scheduler, TimeSpan.FromSeconds(1));
        Assert.Equal(["a * * * * * 12:01:00"], _fired);
        await PassAsync(scheduler, TimeSpan.FromMinutes(1));
        Assert.Equal(["a * * * * * 12:01:00", "a * * * * * 12:02:00", "a */2 * * * * 12:02:00"], _fired);
        Assert.All(_ended, run => Assert.Equal(("v1", InvocationOutcome.Ok, 1), (run.VersionId, run.Outcome, run.Attempts)));
        Assert.Equal(3, _ended.Count);
    }

    [Fact]
    public async Task Triggers_that_are_added_or_removed_count_from_the_next_minute()
    {
        await using var scheduler = await StartAsync();
        Add("a", "* * * * *");
        await PassAsync(scheduler, TimeSpan.FromMinutes(1));
        _scripts = [];
        await PassAsync(scheduler, TimeSpan.FromMinutes(3));
        Assert.Equal(["a * * * * * 12:01:00"], _fired);
    }

    [Fact]
    public async Task A_handler_that_takes_long_does_not_hold_up_the_next_minute()
    {
        Add("a", "* * * * *");
        var slow = new TaskCompletionSource<ScheduledResult?>();
        _handler = due => due.ScheduledTime.Minute == 1 ? slow.Task : Task.FromResult<ScheduledResult?>(new("v1", FetchEvents.Ok));
        await using var scheduler = await StartAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(() => _fired.Count == 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(() => _fired.Count == 2);
        slow.SetResult(new("v1", FetchEvents.Ok));
        await scheduler.SettledAsync();
        Assert.Equal(2, _ended.Count);
    }

    [Fact]
    public async Task Each_of_the_last_ten_minutes_that_was_missed_is_caught_up_once()
    {
        Add("a", "*/4 * * * *");
        await (await StartAsync()).DisposeAsync();
        _time.Advance(TimeSpan.FromHours(3));
        for (var restart = 0; restart < 2; restart++)
        {
            var scheduler = await StartAsync();
            await scheduler.SettledAsync();
            await scheduler.DisposeAsync();
        }

        Assert.Equal(["a */4 * * * * 14:52:00", "a */4 * * * * 14:56:00", "a */4 * * * * 15:00:00"], _fired);
    }

    [Fact]
    public async Task Of_the_day_before_the_latest_time_that_was_missed_is_caught_up()
    {
        Add("a", "0 */6 * * *");
        Add("old", "0 12 21 11 *");
        await (await StartAsync()).DisposeAsync();
        _time.Advance(TimeSpan.FromHours(23));
        await using var scheduler = await StartAsync();
        await scheduler.SettledAsync();
        Assert.Equal(["a 0 */6 * * * 06:00:00"], _fired);
    }

    [Fact]
    public async Task No_time_before_the_trigger_was_made_is_missed()
    {
        await (await StartAsync()).DisposeAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Add("a", "* * * * *");
        await using var scheduler = await StartAsync();
        await scheduler.SettledAsync();
        Assert.Empty(_fired);
    }

    [Fact]
    public async Task A_run_that_a_crash_interrupted_is_begun_again_and_one_that_ended_is_not()
    {
        Add("a", "* * * * *");
        var never = new TaskCompletionSource<ScheduledResult?>();
        _handler = due => due.ScheduledTime.Minute == 2 ? never.Task : Task.FromResult<ScheduledResult?>(new("v1", FetchEvents.Ok));
        var crashed = await StartAsync();
        await PassAsync(crashed, TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(() => _fired.Count == 2);

        _handler = static _ => Task.FromResult<ScheduledResult?>(new("v2", FetchEvents.Ok));
        await using var scheduler = await StartAsync();
        await scheduler.SettledAsync();
        Assert.Equal(["a * * * * * 12:01:00", "a * * * * * 12:02:00", "a * * * * * 12:02:00"], _fired);
        Assert.Equal((2, "v2", (InvocationOutcome?)InvocationOutcome.Ok), (_store.Runs[1].Attempts, _store.Runs[1].VersionId, _store.Runs[1].Outcome));
    }

    [Fact]
    public async Task A_run_that_cannot_be_delivered_is_tried_three_times()
    {
        Add("a", "1 12 * * *");
        _handler = static _ => throw new IOException("the process is gone");
        await using var scheduler = await StartAsync();
        for (var minute = 0; minute < 5; minute++) await PassAsync(scheduler, TimeSpan.FromMinutes(1));
        Assert.Equal(3, _fired.Count);
        var run = Assert.Single(_ended);
        Assert.Equal((3, "It could not be delivered: the process is gone"), (run.Attempts, run.Error));
        Assert.Equal(3, _failures.Count);
        _failures.Clear();
    }

    [Fact]
    public async Task What_the_handler_threw_is_kept()
    {
        Add("a", "* * * * *");
        var error = new Abstractions.Errors.WorkerError(Abstractions.Errors.WorkerErrorCode.Exception, "Error: no");
        _handler = _ => Task.FromResult<ScheduledResult?>(new("v1", new InvocationSummary(InvocationOutcome.Exception, TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(1), 3, error)));
        await using var scheduler = await StartAsync();
        await PassAsync(scheduler, TimeSpan.FromMinutes(1));
        var run = Assert.Single(_store.Runs);
        Assert.Equal((InvocationOutcome.Exception, "Error: no", TimeSpan.FromMilliseconds(2)), (run.Outcome, run.Error, run.Cpu));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_fires_nothing_twice()
    {
        Add("a", "* * * * *");
        await using var scheduler = await StartAsync();
        await PassAsync(scheduler, TimeSpan.FromMinutes(2));
        _time.SetBack(TimeSpan.FromMinutes(2));
        await PassAsync(scheduler, TimeSpan.FromMinutes(4));
        Assert.Equal(["12:01:00", "12:02:00", "12:03:00", "12:04:00"], _fired.Select(fired => fired[^8..]));
    }

    [Fact]
    public async Task What_fails_every_minute_is_told_of_once()
    {
        await using CronScheduler scheduler = new(() => throw new IOException("no catalog"), _store, this, _time, _ended.Enqueue, _failures.Enqueue);
        await scheduler.StartAsync();
        await PassAsync(scheduler, TimeSpan.FromMinutes(3));
        Assert.Equal("no catalog", Assert.Single(_failures).Message);
    }

    private async Task<CronScheduler> StartAsync()
    {
        var scheduler = new CronScheduler(() => new(_scripts), _store, this, _time, _ended.Enqueue, _failures.Enqueue);
        await scheduler.StartAsync();
        return scheduler;
    }

    private async Task PassAsync(CronScheduler scheduler, TimeSpan time)
    {
        for (; time > TimeSpan.Zero; time -= TimeSpan.FromMinutes(1))
        {
            _time.Advance(time < TimeSpan.FromMinutes(1) ? time : TimeSpan.FromMinutes(1));
            await scheduler.SettledAsync();
        }

        if (!_failures.IsEmpty && !_failures.All(failure => failure is IOException)) Assert.Fail(string.Join('\n', _failures));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private void Add(string name, params string[] crons)
    {
        var now = _time.GetUtcNow();
        _scripts = _scripts.Add(new Script
        {
            Name = name,
            Tag = name,
            CreatedOn = now,
            ModifiedOn = now,
            Schedules = [.. crons.Select(cron => new CronSchedule(cron, now, now))],
        });
    }
}
