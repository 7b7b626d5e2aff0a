using System.Collections.Concurrent;
using Skep.Abstractions.Queues;
using Skep.Storage.Disk;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Queues;

/// <summary>The messages of queues by their ids, each queue in a SQLite file of its own: write-ahead log, synced at each commit, and as
/// many changes to a commit as wait for one.</summary>
internal sealed class QueueStore : IAsyncDisposable
{
    private readonly QueueStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly CommitThreads _threads;
    private readonly OpenFiles<QueueFile> _files;
    private readonly ConcurrentDictionary<string, Task> _recovered = new(StringComparer.Ordinal);

    public QueueStore(QueueStoreOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.Folder);
        (_options, _time) = (options, time);
        _threads = new CommitThreads("queue writer", options.Writers);
        _files = new OpenFiles<QueueFile>(options.OpenQueues, Open, QueueException.NoQueue);
    }

    /// <summary>Milliseconds since 1970.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes an empty queue; nothing happens when it is there already.</summary>
    public async ValueTask CreateAsync(string id)
    {
        try
        {
            (await _files.RetainAsync(id, create: true).ConfigureAwait(false)).Release();
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Removes a queue when what is under way has finished.</summary>
    public async ValueTask DropAsync(string id)
    {
        try
        {
            await _files.DropAsync(id, () =>
            {
                var path = PathOf(id);
                foreach (var each in (string[])[path, path + "-wal", path + "-shm"]) File.Delete(each);
            }).ConfigureAwait(false);
            _recovered.TryRemove(id, out _);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Does a change; returns what the queue holds about then.</summary>
    public ValueTask<QueueMetrics> CommitAsync(string id, QueueCommit commit) => UseAsync(id, file => file.CommitAsync(commit));

    /// <summary>Reads something short.</summary>
    public ValueTask<T> ReadAsync<TState, T>(string id, TState state, Func<QueueReader, TState, T> read) =>
        UseAsync(id, file => Task.FromResult(file.Read(state, read)));

    /// <summary>Finishes what is under way and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _files.CloseAsync().ConfigureAwait(false);
        _threads.Dispose();
    }

    private QueueFile Open(string id, bool create)
    {
        try
        {
            return new QueueFile(PathOf(id), _options, _threads, create);
        }
        catch (SqliteException missing) when (!create && (missing.Code & 0xff) == raw.SQLITE_CANTOPEN && !File.Exists(PathOf(id)))
        {
            throw QueueException.NoQueue();
        }
    }

    private string PathOf(string id) => Path.Combine(_options.Folder, FileNames.Of(id) + ".db");

    private async ValueTask<T> UseAsync<T>(string id, Func<QueueFile, Task<T>> use)
    {
        try
        {
            if (!_files.TryRetain(id, out var file)) file = await _files.RetainAsync(id, _options.CreateMissing).ConfigureAwait(false);
            try
            {
                await RecoverAsync(id, file).ConfigureAwait(false);
                return await use(file).ConfigureAwait(false);
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
    }

    // What consumers had before this process began, they have not any more. Files are closed and opened again while there are others to
    // be opened; that is no new beginning.
    private async ValueTask RecoverAsync(string id, QueueFile file)
    {
        var recovery = _recovered.GetOrAdd(id, static (_, state) => state.file.CommitAsync(new RecoverCommit(state.Now)), (file, Now));
        if (recovery.IsCompletedSuccessfully) return;
        try
        {
            await recovery.ConfigureAwait(false);
        }
        catch
        {
            _recovered.TryRemove(new(id, recovery));
            throw;
        }
    }

    private QueueException Failed(Exception failure)
    {
        if (failure is not QueueException) _options.OnFailure?.Invoke(failure);
        return QueueFailures.Translate(failure);
    }
}
