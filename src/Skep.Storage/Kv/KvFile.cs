using Skep.Storage.Files;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>A namespace's file while it is open: connections that read, one that writes, and the writes that wait.</summary>
internal sealed class KvFile : SharedFile
{
    private readonly string _path;
    private readonly KvWriter _writer;
    private readonly GroupCommit<KvCommit> _commits;
    private readonly KvReader?[] _readers;
    private readonly Lock[] _gates;
    private int _turn;

    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public KvFile(string path, KvStoreOptions options, DiskThreads threads, bool create)
        : base(threads)
    {
        _path = path;
        _writer = new KvWriter(path, options, create);
        _commits = new GroupCommit<KvCommit>(threads, _writer.Commit);
        _readers = new KvReader?[options.Readers];
        _gates = [.. _readers.Select(_ => new Lock())];
    }

    /// <summary>PRAGMA synchronous of the connection that writes.</summary>
    public long Synchronous => _writer.Synchronous;

    /// <summary>Reads with a connection that is free right now; false when none is.</summary>
    public bool TryRead<TState, T>(TState state, Func<KvReader, TState, T> read, out T? result)
    {
        for (var i = 0; i < _gates.Length; i++)
        {
            if (!_gates[i].TryEnter()) continue;
            try
            {
                result = read(Reader(i), state);
                return true;
            }
            finally
            {
                _gates[i].Exit();
            }
        }

        result = default;
        return false;
    }

    /// <summary>Reads, and waits for a connection if need be.</summary>
    public T Read<TState, T>(TState state, Func<KvReader, TState, T> read)
    {
        if (TryRead(state, read, out var result)) return result!;
        var turn = (int)((uint)Interlocked.Increment(ref _turn) % (uint)_gates.Length);
        lock (_gates[turn]) return read(Reader(turn), state);
    }

    /// <summary>Puts a change in line; its task ends when it is on the disk, or is not done.</summary>
    public void Enqueue(KvCommit commit) => _commits.Enqueue(commit);

    /// <inheritdoc/>
    protected override void CloseConnections()
    {
        foreach (var reader in _readers) reader?.Dispose();
        _writer.Dispose();
    }

    private KvReader Reader(int number) => _readers[number] ??= new KvReader(_path);
}
