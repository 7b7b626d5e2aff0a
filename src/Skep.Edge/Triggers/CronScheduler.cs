using System.Collections.Concurrent;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;

namespace Skep.Edge.Triggers;

/// <summary>Fires cron triggers, on the minute and in UTC. Every time that comes due is noted before its handler runs and after it has
/// ended: after a crash, a run that had not ended is begun again (at least once), and one that had is not. The same time of a
/// trigger is never begun twice side by side. There is one scheduler for a store.</summary>
/// <param name="scripts">Which scripts have which triggers; asked every minute.</param>
/// <param name="store">Remembers.</param>
/// <param name="target">Runs handlers.</param>
/// <param name="time">The clock.</param>
/// <param name="onEnded">Hears of every run that ended.</param>
/// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
public sealed class CronScheduler(
    Func<ValueTask<IReadOnlyList<Script>>> scripts,
    ICronStore store,
    IScheduledTarget target,
    TimeProvider time,
    Action<CronRun> onEnded,
    Action<Exception> onFailure) : IAsyncDisposable
{
    // A run whose delivery fails (the process that runs it is lost, say) is tried again with the next minutes.
    private const int MostAttempts = 3;

    // All of a thousand Workers due at midnight do not start at once.
    private const int MostAtOnce = 64;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // How long handlers may go on when the server ends; what has not ended then is begun again after the next start.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, Task> _running = new();
    private readonly ConcurrentDictionary<string, CronExpression?> _expressions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<CronRun> _again = new();
    private readonly SemaphoreSlim _room = new(MostAtOnce);
    private readonly SemaphoreSlim _ticking = new(1);
    private readonly LastingFailure _failure = new(onFailure);
    private IReadOnlyDictionary<(string Script, string Cron), DateTimeOffset> _last = new Dictionary<(string, string), DateTimeOffset>();
    private DateTimeOffset _seen = DateTimeOffset.MinValue;
    private ITimer? _timer;
    private bool _loaded;
    private volatile bool _stopped;
    private volatile bool _abandoned;

    /// <summary>Begins with what was missed and with what a crash interrupted, and goes on with every minute.</summary>
    public async Task StartAsync()
    {
        _timer = time.CreateTimer(static self => _ = ((CronScheduler)self!).OnMinuteAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await OnMinuteAsync();
    }

    /// <summary>Ends when no minute is being looked at and no handler runs.</summary>
    public async Task SettledAsync()
    {
        await _ticking.WaitAsync();
        _ticking.Release();
        await Task.WhenAll(_running.Values);
    }

    /// <summary>Fires nothing more, and lets what runs end, for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        await _ticking.WaitAsync();
        _stopped = true;
        _ticking.Release();
        if (_timer is not null) await _timer.DisposeAsync();
        await Task.WhenAny(Task.WhenAll(_running.Values), Task.Delay(Patience, time));
        _abandoned = true;
    }

    private async Task OnMinuteAsync()
    {
        await _ticking.WaitAsync();
        try
        {
            if (_stopped) return;
            var now = time.GetUtcNow();
            var minute = Floor(now);
            _timer!.Change(minute + Minute - now, Timeout.InfiniteTimeSpan);
            if (!_loaded) await LoadAsync();
            await FireAsync(minute, now);
            _failure.Ended();
        }
        catch (Exception failure)
        {
            // Nothing was begun that is not noted; the next minute sees to what this one did not.
            _failure.Met(failure);
        }
        finally
        {
            _ticking.Release();
        }
    }

    private async Task LoadAsync()
    {
        var progress = await store.LoadAsync();
        _last = progress.Last;
        foreach (var interrupted in progress.Interrupted) _again.Enqueue(interrupted);
        _loaded = true;
    }

    private async Task FireAsync(DateTimeOffset minute, DateTimeOffset now)
    {
        var triggered = (await scripts()).Where(script => script.Schedules.Length > 0).ToDictionary(script => script.Name, StringComparer.Ordinal);
        for (var left = _again.Count; left > 0 && _again.TryPeek(out var run); left--)
        {
            if (!triggered.TryGetValue(run.Script, out var script) || !script.Schedules.Any(schedule => schedule.Cron == run.Cron)) await EndAsync(Given(run, "The trigger was removed."));
            else if (now - run.ScheduledTime > TimeSpan.FromDays(1)) await EndAsync(Given(run, "The server was away for longer than a day."));
            else Start(await store.BeginAgainAsync(run, now));
            _again.TryDequeue(out _);
        }

        // The clock may have been set back: what was seen to is not seen to again.
        if (minute <= _seen) return;
        var due = new List<CronDue>();
        foreach (var script in triggered.Values)
        {
            foreach (var schedule in script.Schedules)
            {
                if (_expressions.GetOrAdd(schedule.Cron, static text => CronExpression.TryParse(text, out var parsed, out _) ? parsed : null) is not { } cron) continue;
                var after = Latest(Floor(schedule.CreatedOn), _seen, _last.GetValueOrDefault((script.Name, schedule.Cron), DateTimeOffset.MinValue));
                due.AddRange(MissedTimes.Of(cron, after, minute).Select(at => new CronDue(script.Name, schedule.Cron, at)));
            }
        }

        if (due.Count > 0)
        {
            foreach (var run in await store.BeginAsync(due, now)) Start(run);
        }

        _seen = minute;
    }

    private void Start(CronRun run)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[run.Id] = ended.Task;
        _ = RunAsync(run, ended);
    }

    private async Task RunAsync(CronRun run, TaskCompletionSource ended)
    {
        try
        {
            await _room.WaitAsync();
            try
            {
                var outcome = await DeliverAsync(run);
                // What the end of the server cut short has not ended.
                if (!_abandoned) await EndAsync(outcome);
            }
            finally
            {
                _room.Release();
            }
        }
        catch (Exception failure)
        {
            onFailure(failure);
            if (!_abandoned && run.Attempts < MostAttempts) _again.Enqueue(run);
        }
        finally
        {
            _running.TryRemove(run.Id, out _);
            ended.SetResult();
        }
    }

    private async Task<CronRun> DeliverAsync(CronRun run)
    {
        ScheduledResult? result;
        try
        {
            result = await target.RunAsync(run.Script, new ScheduledEvent(run.ScheduledTime, run.Cron));
        }
        catch (Exception lost) when (run.Attempts >= MostAttempts)
        {
            onFailure(lost);
            return Given(run, $"It could not be delivered: {lost.Message}");
        }

        if (result is null) return Given(run, "The Worker has no deployment.", InvocationOutcome.ScriptNotFound);
        var (outcome, cpu, wall, _, error) = result.Summary;
        return run with { VersionId = result.VersionId, Outcome = outcome, Cpu = cpu, Wall = wall, Error = error?.ToString() };
    }

    private async Task EndAsync(CronRun run)
    {
        var ended = run with { EndedOn = time.GetUtcNow() };
        await store.EndAsync(ended);
        onEnded(ended);
    }

    private static CronRun Given(CronRun run, string reason, InvocationOutcome outcome = InvocationOutcome.Canceled) =>
        run with { Outcome = outcome, Error = reason };

    private static DateTimeOffset Latest(params ReadOnlySpan<DateTimeOffset> moments)
    {
        var latest = DateTimeOffset.MinValue;
        foreach (var moment in moments) latest = moment > latest ? moment : latest;
        return latest;
    }

    private static DateTimeOffset Floor(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
