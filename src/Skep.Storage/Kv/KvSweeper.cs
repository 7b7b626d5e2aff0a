using System.Collections.Concurrent;
using Skep.Abstractions.Kv;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>Removes pairs that have expired. It knows of each namespace when its next pair expires, so that it opens only files that
/// have something to remove; those that were there before this process are looked at one after the other.</summary>
internal sealed class KvSweeper : IAsyncDisposable
{
    // Of those there is nothing known of, in a round.
    private const int UnknownAtOnce = 16;

    private readonly KvFileTable _files;
    private readonly KvStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, long> _next = new(StringComparer.Ordinal);
    private readonly Queue<string> _unknown;
    private readonly SemaphoreSlim _alone = new(1);
    private readonly ITimer _timer;
    private volatile bool _ended;

    public KvSweeper(KvFileTable files, KvStoreOptions options, TimeProvider time)
    {
        _files = files;
        _options = options;
        _time = time;
        _unknown = new Queue<string>(files.Existing());
        _timer = time.CreateTimer(static self => _ = ((KvSweeper)self!).SweepAsync(), this, options.SweepInterval, options.SweepInterval);
    }

    /// <summary>A pair was stored that expires then.</summary>
    public void Expect(string id, long expiration) =>
        _next.AddOrUpdate(id, static (_, added) => added, static (_, known, added) => Math.Min(known, added), expiration);

    /// <summary>The namespace goes.</summary>
    public void Forget(string id) => _next.TryRemove(id, out _);

    /// <summary>One round.</summary>
    public async Task SweepAsync()
    {
        await _alone.WaitAsync().ConfigureAwait(false);
        try
        {
            var now = _time.GetUtcNow().ToUnixTimeSeconds();
            foreach (var (id, due) in _next)
            {
                if (due <= now) await SweepAsync(id, now).ConfigureAwait(false);
            }

            for (var i = 0; i < UnknownAtOnce && _unknown.TryDequeue(out var id); i++) await SweepAsync(id, now).ConfigureAwait(false);
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

    private async Task SweepAsync(string id, long now)
    {
        // What is stored meanwhile is expected anew.
        _next.TryRemove(id, out _);
        try
        {
            for (var next = now; !_ended && next <= now;)
            {
                var file = await _files.RetainAsync(id, create: false).ConfigureAwait(false);
                try
                {
                    var commit = new KvCommit([], now);
                    file.Enqueue(commit);
                    await commit.Task.ConfigureAwait(false);
                    next = commit.Swept.NextExpiration ?? long.MaxValue;
                }
                finally
                {
                    file.Release();
                }

                if (next != long.MaxValue && next > now) Expect(id, next);
            }
        }
        catch (KvException)
        {
            // The namespace has been removed, and all that could expire with it.
        }
        catch (SqliteException failure)
        {
            _options.OnFailure?.Invoke(failure);
        }
    }
}
