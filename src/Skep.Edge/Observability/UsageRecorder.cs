using System.Runtime.InteropServices;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Metering;

namespace Skep.Edge.Observability;

/// <summary>Stores what meters count, every few seconds and at the end: a crash loses the last few seconds, an orderly end nothing.
/// Keeps the totals since the start, too.</summary>
/// <param name="collect">What was counted since the last call, for the minute (in seconds since 1970) that it is given.</param>
/// <param name="store">Where it is kept.</param>
/// <param name="time">The clock.</param>
/// <param name="onFailure">Hears of a store that fails; what it did not take is tried again.</param>
public sealed class UsageRecorder(
    Func<long, IReadOnlyList<MeterSample>> collect, IUsageStore store, TimeProvider time, Action<Exception> onFailure) : IAsyncDisposable
{
    /// <summary>How long it is from one write to the next, and so what a crash can lose.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // While the store fails, samples wait; they are joined, so that this is plenty.
    private const int MostPending = 100_000;

    private static readonly TimeSpan RollUpInterval = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _totalling = new();
    private readonly LastingFailure _failure = new(onFailure);
    private readonly Dictionary<(string Script, string Version), Dictionary<string, long>> _totals = [];
    private readonly Dictionary<(string Script, string Version, long Minute), Dictionary<string, long>> _pending = [];
    private ITimer? _timer;
    private DateTimeOffset _collected;
    private DateTimeOffset _rolledUp;

    /// <summary>Begins to write.</summary>
    public void Start()
    {
        _collected = time.GetUtcNow();
        _timer = time.CreateTimer(static self => _ = ((UsageRecorder)self!).OnTimerAsync(), this, UntilNext(_collected), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes what was counted so far.</summary>
    public async Task FlushAsync()
    {
        await _writing.WaitAsync();
        try
        {
            var now = time.GetUtcNow();
            // Collected at full minutes, too: everything since the last time belongs to the minute of that.
            foreach (var sample in collect(_collected.ToUnixTimeSeconds() / 60 * 60)) Take(sample);
            _collected = now;
            if (_pending.Count > 0)
            {
                await store.AddAsync([.. _pending.Select(each => new MeterSample(each.Key.Script, each.Key.Version, each.Key.Minute, each.Value))]);
                _pending.Clear();
            }

            if (now - _rolledUp < RollUpInterval) return;
            await store.RollUpAsync(now);
            _rolledUp = now;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What each script has used since the start, over all of its versions.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Totals()
    {
        lock (_totalling)
        {
            var scripts = new SortedDictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal);
            foreach (var group in _totals.GroupBy(each => each.Key.Script, StringComparer.Ordinal))
            {
                var counts = new Dictionary<string, long>(StringComparer.Ordinal);
                foreach (var (_, version) in group) Join(counts, version);
                scripts[group.Key] = counts;
            }

            return scripts;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync();
        await TryFlushAsync();
    }

    private async Task OnTimerAsync()
    {
        await TryFlushAsync();
        _timer!.Change(UntilNext(time.GetUtcNow()), Timeout.InfiniteTimeSpan);
    }

    private async Task TryFlushAsync()
    {
        try
        {
            await FlushAsync();
            _failure.Ended();
        }
        catch (Exception failure)
        {
            _failure.Met(failure);
        }
    }

    private void Take(MeterSample sample)
    {
        lock (_totalling) Join(Of(_totals, (sample.Script, sample.VersionId)), sample.Counts);
        if (_pending.Count < MostPending) Join(Of(_pending, (sample.Script, sample.VersionId, sample.Minute)), sample.Counts);
    }

    private static Dictionary<string, long> Of<T>(Dictionary<T, Dictionary<string, long>> all, T key)
        where T : notnull
    {
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(all, key, out _);
        return counts ??= new(StringComparer.Ordinal);
    }

    private static void Join(Dictionary<string, long> into, IReadOnlyDictionary<string, long> counts)
    {
        foreach (var (name, count) in counts) CollectionsMarshal.GetValueRefOrAddDefault(into, name, out _) += count;
    }

    private static TimeSpan UntilNext(DateTimeOffset now) => Interval - TimeSpan.FromTicks(now.UtcTicks % Interval.Ticks);
}
