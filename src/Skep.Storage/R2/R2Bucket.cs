using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>A bucket while it is open: connections that read, one that writes, and the changes that wait.</summary>
internal sealed class R2Bucket : SharedFile
{
    private readonly R2Writer _writer;
    private readonly CommitThreads _threads;
    private readonly CommitQueue<R2Change> _commits;
    private readonly SqliteReaders<R2Reader> _readers;

    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public R2Bucket(R2Folder folder, R2StoreOptions options, CommitThreads threads, bool create)
    {
        _threads = threads;
        Folder = folder;
        _writer = new R2Writer(folder, options, Epochs, create);
        _commits = new CommitQueue<R2Change>(threads, _writer.Commit);
        _readers = new SqliteReaders<R2Reader>(options.Readers, () => new R2Reader(folder.Database));
        Intake = new R2Intake(folder, threads, options.InlineBytes);
    }

    /// <summary>Its files.</summary>
    public R2Folder Folder { get; }

    /// <summary>Takes content in.</summary>
    public R2Intake Intake { get; }

    /// <summary>Who reads content.</summary>
    public ReaderEpochs Epochs { get; } = new();

    /// <summary>Reads with a connection that is free right now; false when none is.</summary>
    public bool TryRead<TState, T>(TState state, Func<R2Reader, TState, T> read, out T? result) => _readers.TryRead(state, read, out result);

    /// <summary>Reads, and waits for a connection if need be.</summary>
    public T Read<TState, T>(TState state, Func<R2Reader, TState, T> read) => _readers.Read(state, read);

    /// <summary>Does a change, and returns when it is on the disk.</summary>
    public Task<T> CommitAsync<T>(R2Commit<T> commit)
    {
        _commits.Enqueue(commit);
        return commit.Task;
    }

    /// <summary>Content was looked up and is open, or was read.</summary>
    public void Leave(long epoch)
    {
        if (Epochs.Leave(epoch)) _writer.RemoveGarbageSoon();
    }

    // To whoever reads the parts of an object, their files must stay: a start would remove them.
    protected override bool MayRest => !Epochs.IsReading;

    protected override void Close() => _threads.Run(() =>
    {
        _readers.Dispose();
        _writer.Dispose();
        OnClosed();
    });
}
