using System.Collections.Concurrent;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Triggers;
using Skep.Testing;
using Xunit;

namespace Skep.Edge.Tests.Triggers;

/// <summary>When alarms are run, and how often (https://developers.cloudflare.com/durable-objects/api/alarms/).</summary>
public sealed class AlarmClockTests
{
    private static readonly ObjectAddress One = new("n", new string('1', 64));

    private readonly ManualTime _time = new();
    private readonly FakeAlarmStore _store;
    private readonly RecordingTarget _target = new();
    private readonly List<Exception> _failures = [];

    public AlarmClockTests() => _store = new FakeAlarmStore(_time);

    [Fact]
    public async Task An_alarm_runs_when_it_is_due_and_once()
    {
        await using var clock = await StartAsync();
        var due = _time.GetUtcNow().AddMinutes(5);
        await _store.NoteAsync(One, due);
        await AdvanceAsync(clock, TimeSpan.FromMinutes(4));
        Assert.Empty(_target.Runs);
        await AdvanceAsync(clock, TimeSpan.FromMinutes(2));
        await AdvanceAsync(clock, TimeSpan.FromHours(1));
        Assert.Equal((due, 0), (Assert.Single(_target.Runs).ScheduledTime, _target.Runs.Single().RetryCount));
    }

    [Fact]
    public async Task What_came_due_while_nobody_watched_runs_at_the_start()
    {
        await _store.NoteAsync(One, _time.GetUtcNow().AddDays(-1));
        await using var clock = await StartAsync();
        await clock.SettledAsync();
        Assert.Single(_target.Runs);
    }

    [Fact]
    public async Task An_earlier_alarm_takes_the_place_of_a_later_one()
    {
        await using var clock = await StartAsync();
        await _store.NoteAsync(One, _time.GetUtcNow().AddDays(3));
        await _store.NoteAsync(One, _time.GetUtcNow().AddSeconds(1));
        await AdvanceAsync(clock, TimeSpan.FromSeconds(2));
        Assert.Single(_target.Runs);
    }

    [Fact]
    public async Task A_handler_that_fails_is_tried_six_times_more_later_each_time()
    {
        _target.Answer = _ => new AlarmResult(default, Retry: true, Counts: true);
        await using var clock = await StartAsync();
        await _store.NoteAsync(One, _time.GetUtcNow());
        for (var i = 0; i < 12; i++) await AdvanceAsync(clock, TimeSpan.FromMinutes(4));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], _target.Runs.Select(run => run.RetryCount));
        Assert.Null(await _store.NextAsync(DateTimeOffset.MinValue));
        var pauses = _store.Pauses;
        Assert.All(pauses.Index(), each => Assert.InRange(each.Item.TotalSeconds, 2 << each.Index, (2 << each.Index) * 1.25));
    }

    [Fact]
    public async Task What_is_lost_on_its_way_is_tried_until_it_arrives_and_counts_for_nothing()
    {
        _target.Answer = runs => runs < 20 ? throw new IOException("the host died") : new AlarmResult(default, Retry: false, Counts: true);
        await using var clock = await StartAsync();
        await _store.NoteAsync(One, _time.GetUtcNow());
        for (var i = 0; i < 30; i++) await AdvanceAsync(clock, TimeSpan.FromMinutes(7));
        Assert.Equal(20, _target.Runs.Count);
        Assert.All(_target.Runs, run => Assert.Equal(0, run.RetryCount));
        Assert.Null(await _store.NextAsync(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task An_alarm_that_the_handler_sets_runs_after_it()
    {
        var now = _time.GetUtcNow();
        _target.During = async runs =>
        {
            if (runs == 1) await _store.NoteAsync(One, now.AddSeconds(1));
        };
        await using var clock = await StartAsync();
        await _store.NoteAsync(One, now);
        await AdvanceAsync(clock, TimeSpan.FromSeconds(2));
        Assert.Equal([now, now.AddSeconds(1)], _target.Runs.Select(run => run.ScheduledTime));
    }

    private async Task<AlarmClock> StartAsync()
    {
        AlarmClock clock = new(_store, _target, _time, _failures.Add);
        await clock.StartAsync();
        return clock;
    }

    private async Task AdvanceAsync(AlarmClock clock, TimeSpan by)
    {
        await clock.SettledAsync();
        _time.Advance(by);
        await clock.SettledAsync();
        await clock.SettledAsync();
    }

    private sealed class RecordingTarget : IAlarmTarget
    {
        public ConcurrentQueue<AlarmEvent> Runs { get; } = new();

        public Func<int, AlarmResult> Answer { get; set; } = _ => new AlarmResult(default, Retry: false, Counts: true);

        public Func<int, Task>? During { get; set; }

        public async Task<AlarmResult?> RunAsync(AlarmEvent alarmEvent)
        {
            Runs.Enqueue(alarmEvent);
            if (During is { } during) await during(Runs.Count);
            return Answer(Runs.Count);
        }
    }

    private sealed class FakeAlarmStore(TimeProvider time) : IAlarmStore
    {
        private readonly Dictionary<ObjectAddress, ObjectAlarm> _alarms = [];

        public Action<DateTimeOffset>? Noted { get; set; }

        public List<TimeSpan> Pauses { get; } = [];

        public ValueTask NoteAsync(ObjectAddress address, DateTimeOffset? due)
        {
            lock (_alarms)
            {
                if (due is null) _alarms.Remove(address);
                else _alarms[address] = new ObjectAlarm(address, due.Value, due.Value, 0);
            }

            if (due is { } noted) Noted?.Invoke(noted);
            return default;
        }

        public ValueTask<IReadOnlyList<ObjectAlarm>> DueAsync(DateTimeOffset now, int limit)
        {
            lock (_alarms) return new([.. _alarms.Values.Where(each => each.Next <= now).OrderBy(each => each.Next).Take(limit)]);
        }

        public ValueTask<DateTimeOffset?> NextAsync(DateTimeOffset after)
        {
            lock (_alarms)
            {
                List<DateTimeOffset> later = [.. _alarms.Values.Select(each => each.Next).Where(next => next > after)];
                return new(later.Count == 0 ? null : later.Min());
            }
        }

        public ValueTask PostponeAsync(ObjectAlarm alarm, DateTimeOffset next, int failures)
        {
            lock (_alarms)
            {
                Pauses.Add(next - time.GetUtcNow());
                if (_alarms.TryGetValue(alarm.Object, out var known) && known.Due == alarm.Due) _alarms[alarm.Object] = known with { Next = next, Failures = failures };
            }

            return default;
        }

        public ValueTask EndAsync(ObjectAlarm alarm)
        {
            lock (_alarms)
            {
                if (_alarms.TryGetValue(alarm.Object, out var known) && known.Due == alarm.Due) _alarms.Remove(alarm.Object);
            }

            return default;
        }
    }
}
