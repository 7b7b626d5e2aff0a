using System.Collections.Concurrent;
using Skep.Abstractions.Queues;

namespace Skep.Storage.Queues;

/// <summary>Removes messages that are too old. It knows of each queue when its oldest message came, so that it opens only files that have
/// something to remove; those that were there before this process are looked at one after the other.</summary>
internal sealed class QueueSweeper : IAsyncDisposable
{
    // Of those there is nothing known of, in a round.
    private const int UnknownAtOnce = 16;

    private readonly QueueStore _store;
    private readonly Func<IReadOnlyList<QueueDefinition>> _queues;
    private readonly ConcurrentDictionary<string, long> _oldest = new(StringComparer.Ordinal);
    private readonly Queue<string> _unknown;
    private readonly SemaphoreSlim _alone = new(1);
    private readonly ITimer _timer;
    private volatile bool _ended;

    public QueueSweeper(QueueStore store, Func<IReadOnlyList<QueueDefinition>> queues, QueueStoreOptions options, TimeProvider time)
    {
        (_store, _queues) = (store, queues);
        _unknown = new Queue<string>(queues().Select(each => each.Id));
        _timer = time.CreateTimer(static self => _ = ((QueueSweeper)self!).SweepAsync(), this, options.SweepInterval, options.SweepInterval);
    }

    /// <summary>A message came then.</summary>
    public void Expect(QueueDefinition queue, long arrived) => _oldest.TryAdd(queue.Id, arrived);

    /// <summary>The queue goes.</summary>
    public void Forget(string id) => _oldest.TryRemove(id, out _);

    /// <summary>One round.</summary>
    public async Task SweepAsync()
    {
        await _alone.WaitAsync().ConfigureAwait(false);
        try
        {
            for (var i = 0; i < UnknownAtOnce && _unknown.TryDequeue(out var id); i++) _oldest.TryAdd(id, 0);
            foreach (var queue in _queues())
            {
                if (_ended) return;
                if (_oldest.TryGetValue(queue.Id, out var oldest) && oldest <= Until(queue)) await SweepAsync(queue).ConfigureAwait(false);
            }
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _alone.WaitAsync().ConfigureAwait(false);
    }

    private long Until(QueueDefinition queue) => _store.Now - (queue.RetentionSeconds * 1000L);

    private async Task SweepAsync(QueueDefinition queue)
    {
        try
        {
            for (long? oldest = 0; !_ended && oldest <= Until(queue);)
            {
                // What comes meanwhile is expected anew.
                _oldest.TryRemove(queue.Id, out _);
                ExpireCommit commit = new(Until(queue));
                await _store.CommitAsync(queue.Id, commit).ConfigureAwait(false);
                oldest = commit.Oldest;
                if (oldest is { } left) _oldest.AddOrUpdate(queue.Id, static (_, given) => given, static (_, known, given) => Math.Min(known, given), left);
            }
        }
        catch (QueueException)
        {
            // The operator has been told, or the queue has been removed meanwhile; the next round tries again what is left.
            _oldest.TryAdd(queue.Id, 0);
        }
    }
}
