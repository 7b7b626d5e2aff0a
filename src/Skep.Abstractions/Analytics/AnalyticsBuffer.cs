using Skep.Abstractions.Errors;

namespace Skep.Abstractions.Analytics;

/// <summary>Collects data points, so that whoever writes one waits for nothing, and stores them together.</summary>
public sealed class AnalyticsBuffer : IAnalyticsSink, IAsyncDisposable
{
    private const int Most = 100_000;
    private const int AtOnce = 5_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _storing = new(1);
    private readonly IAnalyticsStore _store;
    private readonly Action<Exception> _onFailure;
    private readonly LastingFailure _failure;
    private readonly ITimer _timer;
    private List<AnalyticsPoint> _waiting = [];
    private bool _isScheduled;
    private long _lost;

    /// <param name="store">Where points go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFailure">Hears of points that cannot be stored; they are tried again while there is room for them.</param>
    public AnalyticsBuffer(IAnalyticsStore store, TimeProvider time, Action<Exception> onFailure)
    {
        _store = store;
        _onFailure = onFailure;
        _failure = new LastingFailure(onFailure);
        _timer = time.CreateTimer(static self => _ = ((AnalyticsBuffer)self!).FlushAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Write(AnalyticsPoint point)
    {
        lock (_gate)
        {
            if (_waiting.Count >= Most)
            {
                _lost++;
                return;
            }

            _waiting.Add(point);
            if (_isScheduled) return;
            _isScheduled = true;
        }

        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Stores what there is.</summary>
    public async Task FlushAsync()
    {
        await _storing.WaitAsync().ConfigureAwait(false);
        try
        {
            while (Take() is { Count: > 0 } batch)
            {
                try
                {
                    await _store.AddAsync(batch).ConfigureAwait(false);
                    _failure.Ended();
                }
                catch (Exception failure)
                {
                    PutBack(batch);
                    _failure.Met(failure);
                    return;
                }
            }
        }
        finally
        {
            _storing.Release();
        }
    }

    /// <summary>Stores what there is, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    private List<AnalyticsPoint> Take()
    {
        lock (_gate)
        {
            _isScheduled = false;
            if (_waiting.Count <= AtOnce)
            {
                var all = _waiting;
                _waiting = [];
                return all;
            }

            var some = _waiting.GetRange(0, AtOnce);
            _waiting.RemoveRange(0, AtOnce);
            return some;
        }
    }

    private void PutBack(List<AnalyticsPoint> batch)
    {
        long lost;
        lock (_gate)
        {
            var kept = Math.Min(batch.Count, Most - _waiting.Count);
            _lost += batch.Count - kept;
            _waiting.InsertRange(0, batch.GetRange(batch.Count - kept, kept));
            _isScheduled = true;
            (lost, _lost) = (_lost, 0);
        }

        if (lost > 0) _onFailure(new IOException($"{lost} data points of Analytics Engine are lost: more than {Most} wait to be stored."));
        _timer.Change(Interval * 10, Timeout.InfiniteTimeSpan);
    }
}
