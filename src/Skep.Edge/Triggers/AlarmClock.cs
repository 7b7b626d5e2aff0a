using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Scheduling;

namespace Skep.Edge.Triggers;

/// <summary>Wakes Durable Objects when their alarms are due (https://developers.cloudflare.com/durable-objects/api/alarms/), at least once. A
/// handler that fails is tried again, later each time, and a few times only; what is lost on its way there (a host that died, a class
/// that is not deployed) is tried until it arrives. There is one clock for a store.</summary>
/// <param name="store">Remembers alarms.</param>
/// <param name="target">Runs handlers.</param>
/// <param name="time">The clock.</param>
/// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
public sealed class AlarmClock(IAlarmStore store, IAlarmTarget target, TimeProvider time, Action<Exception> onFailure) : IAsyncDisposable
{
    /// <summary>Further tries of a handler that fails.</summary>
    public const int MostRetries = 6;

    private const int MostAtOnce = 256;
    private const double Jitter = 0.25;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // How long handlers may go on when the server ends; what has not ended then is run again after the next start.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ObjectAddress, Task> _running = new();
    private readonly ConcurrentDictionary<ObjectAddress, int> _lost = new();
    private readonly SemaphoreSlim _looking = new(1);
    private readonly LastingFailure _failure = new(onFailure);
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private DateTimeOffset _armed = DateTimeOffset.MaxValue;
    private volatile bool _stopped;

    /// <summary>Begins with what came due while nobody watched.</summary>
    public async Task StartAsync()
    {
        _timer = time.CreateTimer(static self => _ = ((AlarmClock)self!).LookAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        store.Noted = Arm;
        await LookAsync();
    }

    /// <summary>Ends when no alarm is being looked at and no handler runs.</summary>
    public async Task SettledAsync()
    {
        await _looking.WaitAsync();
        _looking.Release();
        await Task.WhenAll(_running.Values);
    }

    /// <summary>Wakes nobody any more, and lets what runs end, for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        _stopped = true;
        store.Noted = null;
        if (_timer is not null) await _timer.DisposeAsync();
        await Task.WhenAny(Task.WhenAll(_running.Values), Task.Delay(Patience, time));
    }

    private void Arm(DateTimeOffset due)
    {
        lock (_gate)
        {
            if (_stopped || due >= _armed) return;
            _armed = due;
            var wait = due - time.GetUtcNow();
            // A timer takes no more than some weeks; it looks again then.
            _timer!.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private async Task LookAsync()
    {
        await _looking.WaitAsync();
        try
        {
            if (_stopped) return;
            lock (_gate) _armed = DateTimeOffset.MaxValue;
            var room = MostAtOnce - _running.Count;
            // Those that run are among them until they have ended.
            var now = time.GetUtcNow();
            foreach (var alarm in await store.DueAsync(now, MostAtOnce + _running.Count))
            {
                if (room == 0) break;
                if (Begin(alarm)) room--;
            }

            // With no room left, the end of one looks again.
            if (room > 0 && await store.NextAsync(now) is { } next) Arm(next);
            _failure.Ended();
        }
        catch (Exception failure)
        {
            _failure.Met(failure);
            Arm(time.GetUtcNow() + LongestPause);
        }
        finally
        {
            _looking.Release();
        }
    }

    private bool Begin(ObjectAlarm alarm)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_running.TryAdd(alarm.Object, ended.Task)) return false;
        _ = RunAsync(alarm, ended);
        return true;
    }

    private async Task RunAsync(ObjectAlarm alarm, TaskCompletionSource ended)
    {
        try
        {
            await SettleAsync(alarm, await DeliverAsync(alarm));
        }
        catch (Exception failure)
        {
            onFailure(failure);
        }
        finally
        {
            _running.TryRemove(alarm.Object, out _);
            // It may have set another meanwhile, or others wait for room.
            if (!_stopped) _ = LookAsync();
            ended.SetResult();
        }
    }

    private async Task<AlarmResult?> DeliverAsync(ObjectAlarm alarm)
    {
        try
        {
            return await target.RunAsync(new AlarmEvent(alarm.Object, alarm.Due, alarm.Failures));
        }
        catch (Exception lost)
        {
            onFailure(lost);
            return null;
        }
    }

    private async Task SettleAsync(ObjectAlarm alarm, AlarmResult? result)
    {
        if (result is { Retry: false })
        {
            _lost.TryRemove(alarm.Object, out _);
            await store.EndAsync(alarm);
            return;
        }

        if (result is { Counts: true })
        {
            _lost.TryRemove(alarm.Object, out _);
            if (alarm.Failures >= MostRetries) await store.EndAsync(alarm);
            else await store.PostponeAsync(alarm, time.GetUtcNow() + Pause(alarm.Failures), alarm.Failures + 1);
            return;
        }

        var times = _lost.AddOrUpdate(alarm.Object, 0, static (_, before) => before + 1);
        await store.PostponeAsync(alarm, time.GetUtcNow() + Pause(times), alarm.Failures);
    }

    private static TimeSpan Pause(int before)
    {
        var pause = FirstPause.TotalSeconds * Math.Pow(2, Math.Min(before, 16));
        return TimeSpan.FromSeconds(Math.Min(pause, LongestPause.TotalSeconds) * (1 + (Random.Shared.NextDouble() * Jitter)));
    }
}
