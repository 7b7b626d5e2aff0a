using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>A namespace's file while it is open: connections that read, one that writes, and the writes that wait.</summary>
internal sealed class KvFile : SharedFile
{
    private readonly KvWriter _writer;
    private readonly CommitThreads _threads;
    private readonly CommitQueue<KvCommit> _commits;
    private readonly SqliteReaders<KvReader> _readers;

    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public KvFile(string path, KvStoreOptions options, CommitThreads threads, bool create)
    {
        _threads = threads;
        _writer = new KvWriter(path, options, create);
        _commits = new CommitQueue<KvCommit>(threads, _writer.Commit);
        _readers = new SqliteReaders<KvReader>(options.Readers, () => new KvReader(path));
    }

    /// <summary>PRAGMA synchronous of the connection that writes.</summary>
    public long Synchronous => _writer.Synchronous;

    /// <summary>Reads with a connection that is free right now; false when none is.</summary>
    public bool TryRead<TState, T>(TState state, Func<KvReader, TState, T> read, out T? result) => _readers.TryRead(state, read, out result);

    /// <summary>Reads, and waits for a connection if need be.</summary>
    public T Read<TState, T>(TState state, Func<KvReader, TState, T> read) => _readers.Read(state, read);

    /// <summary>Puts a change in line; its task ends when it is on the disk, or is not done.</summary>
    public void Enqueue(KvCommit commit) => _commits.Enqueue(commit);

    // Closing the last connection moves the log into the file, which waits for the disk.
    protected override void Close() => _threads.Run(() =>
    {
        _readers.Dispose();
        _writer.Dispose();
        OnClosed();
    });
}
