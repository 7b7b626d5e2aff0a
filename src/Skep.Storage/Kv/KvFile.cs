using System.Collections.Concurrent;
using Skep.Abstractions.Kv;
using Skep.Storage.Files;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>A namespace's file while it is open: connections that read, one that writes, and the writes that wait. Whoever uses it
/// has retained it; it closes when it was retired and nobody uses it any more.</summary>
internal sealed class KvFile
{
    private const int Retired = 1 << 30;
    private const int CommitsAtOnce = 4096;
    private const long BytesAtOnce = 32L << 20;

    private readonly string _path;
    private readonly KvWriter _writer;
    private readonly DiskThreads _threads;
    private readonly Action _commitWaiting;
    private readonly KvReader?[] _readers;
    private readonly Lock[] _gates;
    private readonly ConcurrentQueue<KvCommit> _waiting = new();
    private readonly List<KvCommit> _batch = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _uses;
    private int _scheduled;
    private int _turn;

    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public KvFile(string path, KvStoreOptions options, DiskThreads threads, bool create)
    {
        _path = path;
        _threads = threads;
        _commitWaiting = CommitWaiting;
        _writer = new KvWriter(path, options, create);
        _readers = new KvReader?[options.Readers];
        _gates = [.. _readers.Select(_ => new Lock())];
    }

    /// <summary>When it was last retained, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Ends when it is closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>PRAGMA synchronous of the connection that writes.</summary>
    public long Synchronous => _writer.Synchronous;

    /// <summary>Keeps it open until <see cref="Release"/>; false when it is about to close.</summary>
    public bool TryRetain()
    {
        for (var seen = Volatile.Read(ref _uses); ;)
        {
            if ((seen & Retired) != 0) return false;
            var was = Interlocked.CompareExchange(ref _uses, seen + 1, seen);
            if (was == seen) break;
            seen = was;
        }

        LastUsed = Environment.TickCount64;
        return true;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == Retired) Close();
    }

    /// <summary>Nobody can retain it any more.</summary>
    public void Retire()
    {
        if (Interlocked.Or(ref _uses, Retired) == 0) Close();
    }

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
    public void Enqueue(KvCommit commit)
    {
        _waiting.Enqueue(commit);
        Schedule();
    }

    // What goes into one transaction shares its wait for the disk. One thread at a time.
    private void CommitWaiting()
    {
        _batch.Clear();
        long bytes = 0;
        while (_batch.Count < CommitsAtOnce && bytes < BytesAtOnce && _waiting.TryDequeue(out var commit))
        {
            _batch.Add(commit);
            bytes += commit.Bytes;
        }

        Commit(_batch);
        // A full fence: the queue must be looked at after the file can be scheduled again.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_waiting.IsEmpty) Schedule();
    }

    private void Commit(List<KvCommit> batch)
    {
        try
        {
            _writer.Commit(batch);
        }
        catch (Exception failure)
        {
            if (batch.Count == 1)
            {
                batch[0].SetException(failure);
                return;
            }

            // Which of them the file has no room for, or cannot take, only trying tells.
            foreach (var each in batch) Commit([each]);
            return;
        }

        foreach (var each in batch) each.SetResult();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0) _threads.Run(_commitWaiting);
    }

    private KvReader Reader(int number) => _readers[number] ??= new KvReader(_path);

    private void Close()
    {
        // Closing the last connection moves the log into the file, which waits for the disk.
        _threads.Run(() =>
        {
            foreach (var reader in _readers) reader?.Dispose();
            _writer.Dispose();
            _closed.SetResult();
        });
    }
}
