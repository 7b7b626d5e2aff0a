using Skep.Abstractions.Kv;
using Skep.Storage.Files;

namespace Skep.Storage.Kv;

/// <summary>KV namespaces, each in a SQLite file of its own: write-ahead log, synced at each commit, and as many writes to a
/// commit as wait for one.</summary>
public sealed class SqliteKvStore : IKvStore, IAsyncDisposable
{
    // What is longer takes so long to read that others should not wait for it on this thread.
    private const int ReadAtOnce = 64 << 10;

    private readonly KvStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly DiskThreads _threads;
    private readonly KvFileTable _files;
    private readonly KvSweeper _sweeper;
    private int _disposed;

    /// <summary>Opens the folder; makes it when there is none.</summary>
    public SqliteKvStore(KvStoreOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.Folder);
        _options = options;
        _time = time;
        _threads = new DiskThreads(options.Writers, "kv writer");
        _files = new KvFileTable(options, _threads);
        _sweeper = new KvSweeper(_files, options, time);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <inheritdoc/>
    public ValueTask<KvEntry?> GetAsync(string namespaceId, string key, CancellationToken cancellation = default)
    {
        if (!_files.TryRetain(namespaceId, out var file)) return GetSlowlyAsync(namespaceId, key, cancellation);
        try
        {
            // A short value of an open file costs less than a change of threads.
            if (file.TryRead((key, Now), static (reader, wanted) => new Found(reader.TryGet(wanted.key, wanted.Now, ReadAtOnce, out var entry), entry), out var found)
                && found.Known)
                return new(found.Entry);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
        finally
        {
            file.Release();
        }

        return GetSlowlyAsync(namespaceId, key, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<KvEntry?>> GetManyAsync(
        string namespaceId, IReadOnlyList<string> keys, long maxBytes, CancellationToken cancellation = default)
    {
        var now = Now;
        return await ReadAsync(
            namespaceId,
            reader =>
            {
                var entries = new KvEntry?[keys.Count];
                var left = maxBytes;
                for (var i = 0; i < entries.Length; i++)
                {
                    if (!reader.TryGet(keys[i], now, left, out entries[i]))
                    {
                        foreach (var read in entries) read?.Dispose();
                        throw new KvException(413, $"Total size of request exceeds the limit of {maxBytes >> 20}MB");
                    }

                    left -= entries[i]?.Value.Length ?? 0;
                }

                return entries;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<KvPage> ListAsync(string namespaceId, KvListQuery query, CancellationToken cancellation = default) =>
        ReadAsync(namespaceId, reader => reader.List(query, Now), cancellation);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string namespaceId, IReadOnlyList<KvWrite> writes)
    {
        try
        {
            if (!_files.TryRetain(namespaceId, out var file)) file = await _files.RetainAsync(namespaceId, _options.CreateMissing).ConfigureAwait(false);
            try
            {
                var commit = new KvCommit(writes);
                file.Enqueue(commit);
                await commit.Task.ConfigureAwait(false);
            }
            finally
            {
                file.Release();
            }
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }

        foreach (var write in writes)
        {
            if (write.Expiration is { } expiration) _sweeper.Expect(namespaceId, expiration);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CreateNamespaceAsync(string namespaceId)
    {
        try
        {
            (await _files.RetainAsync(namespaceId, create: true).ConfigureAwait(false)).Release();
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DropNamespaceAsync(string namespaceId)
    {
        try
        {
            _sweeper.Forget(namespaceId);
            await _files.DropAsync(namespaceId).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Removes what has expired, as happens from time to time anyway.</summary>
    public Task SweepAsync() => _sweeper.SweepAsync();

    /// <summary>Finishes what is under way and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await _files.CloseAsync().ConfigureAwait(false);
        _threads.Dispose();
    }

    private async ValueTask<KvEntry?> GetSlowlyAsync(string namespaceId, string key, CancellationToken cancellation)
    {
        var now = Now;
        return await ReadAsync(
            namespaceId,
            reader =>
            {
                _ = reader.TryGet(key, now, long.MaxValue, out var entry);
                return entry;
            },
            cancellation).ConfigureAwait(false);
    }

    // On a thread of the pool, which may wait for the disk.
    private async ValueTask<T> ReadAsync<T>(string namespaceId, Func<KvReader, T> read, CancellationToken cancellation)
    {
        try
        {
            if (!_files.TryRetain(namespaceId, out var file)) file = await _files.RetainAsync(namespaceId, _options.CreateMissing).ConfigureAwait(false);
            try
            {
                return await Task.Run(() => file.Read(read, static (reader, action) => action(reader)), cancellation).ConfigureAwait(false);
            }
            finally
            {
                file.Release();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Failed(failure);
        }
    }

    private KvException Failed(Exception failure)
    {
        if (failure is not KvException) _options.OnFailure?.Invoke(failure);
        return KvFailures.Translate(failure);
    }

    private readonly record struct Found(bool Known, KvEntry? Entry);
}
