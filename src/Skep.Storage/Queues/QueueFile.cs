using Skep.Abstractions.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Queues;

/// <summary>A queue's file while it is open: a connection that reads, one that writes, and the changes that wait.</summary>
internal sealed class QueueFile : SharedFile
{
    /// <summary>For how long nobody gets a message that has had all its attempts: it is put elsewhere meanwhile.</summary>
    public const long BurialMilliseconds = 60_000;

    private readonly string _path;
    private readonly QueueWriter _writer;
    private readonly CommitThreads _threads;
    private readonly CommitQueue<QueueCommit> _commits;
    private readonly Lock _reading = new();
    private QueueReader? _reader;

    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public QueueFile(string path, QueueStoreOptions options, CommitThreads threads, bool create)
    {
        _threads = threads;
        _path = path;
        _writer = new QueueWriter(path, options, create);
        _commits = new CommitQueue<QueueCommit>(threads, _writer.Commit);
    }

    /// <summary>PRAGMA synchronous of the connection that writes.</summary>
    public long Synchronous => _writer.Synchronous;

    /// <summary>Reads something short.</summary>
    public T Read<TState, T>(TState state, Func<QueueReader, TState, T> read)
    {
        lock (_reading) return read(_reader ??= new QueueReader(_path), state);
    }

    /// <summary>Does a change; ends when it is on the disk. Returns what the queue holds about then.</summary>
    public async Task<QueueMetrics> CommitAsync(QueueCommit commit)
    {
        _commits.Enqueue(commit);
        await commit.Task.ConfigureAwait(false);
        return _writer.Metrics;
    }

    // Closing the last connection moves the log into the file, which waits for the disk.
    protected override void Close() => _threads.Run(() =>
    {
        _reader?.Dispose();
        _writer.Dispose();
        OnClosed();
    });
}
