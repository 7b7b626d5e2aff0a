using System.Collections.Concurrent;
using Skep.Abstractions.D1;
using Skep.Storage.Disk;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;
using Skep.Storage.Sqlite.History;

namespace Skep.Storage.D1;

/// <summary>A database while it is open: connections that read, one that writes, and its history.</summary>
internal sealed class D1Database : SharedFile
{
    /// <summary>The file's name in the database's folder.</summary>
    public const string FileName = "data.db";

    // What a read may do before others would wait too long for the thread it runs on.
    private const int OperationsAtOnce = 20_000;
    private const int BytesAtOnce = 256 << 10;
    private const int PageSize = 4096;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly D1StoreOptions _options;
    private readonly CommitThreads _threads;
    private readonly PageHistory _history;
    private readonly ConcurrentStack<GuestConnection> _readers = new();
    private readonly ConcurrentQueue<Action> _reads = new();
    private readonly ReadGate _gate = new();
    private readonly D1Known _known = new();
    private int _readThreads;

    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public D1Database(string folder, D1StoreOptions options, CommitThreads threads, TimeProvider time)
    {
        _path = Path.Combine(folder, FileName);
        _options = options;
        _threads = threads;
        _lock = Lock(Path.Combine(folder, "data.lock"));
        GuestConnection? connection = null;
        try
        {
            connection = new GuestConnection(_path, isReader: false);
            connection.Execute($"PRAGMA max_page_count = {Math.Max(options.MaxDatabaseBytes / PageSize, 1)}");
            _history = new PageHistory(_path, Path.Combine(folder, "history"), connection, new HistoryOptions(options.HistoryTime, options.HistoryBytes, options.OnFailure), time);
            _known.Committed(connection);
        }
        catch
        {
            connection?.Dispose();
            _history?.Dispose();
            _lock.Dispose();
            throw;
        }

        Writer = new D1Writer(connection, _history, _known, _gate, options, RunOpen);
    }

    /// <summary>Writes it.</summary>
    public D1Writer Writer { get; }

    /// <summary>What is told of queries that were stopped.</summary>
    public static D1Exception TookTooLong(Exception cause, int query) =>
        new(408, "D1 DB storage operation exceeded timeout which caused object to be reset.", query, cause);

    /// <summary>Reads on this thread, if that takes no time; null otherwise.</summary>
    /// <exception cref="D1Exception">The query is wrong.</exception>
    public D1Answer? TryReadNow(ReadOnlyMemory<byte> queries)
    {
        if (!_gate.TryEnter()) return null;
        try
        {
            if (!_readers.TryPop(out var reader)) return null;
            try
            {
                return Read(reader, queries, isBrief: true);
            }
            finally
            {
                _readers.Push(reader);
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Reads on a thread that may wait; null when the queries are no mere reads.</summary>
    /// <exception cref="D1Exception">The query is wrong, or too many wait.</exception>
    public Task<D1Answer?> ReadAsync(ReadOnlyMemory<byte> queries) => OnReadThreadAsync(reader => Read(reader, queries, isBrief: false));

    /// <summary>Does something with a connection that reads, on a thread that may wait.</summary>
    public Task<T> OnReadThreadAsync<T>(Func<GuestConnection, T> work)
    {
        if (_reads.Count >= _options.MaxWaiting) throw new D1Exception(429, "D1 DB is overloaded. Too many requests queued.");
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _reads.Enqueue(() =>
        {
            _gate.Enter();
            try
            {
                if (!_readers.TryPop(out var reader)) reader = OpenReader();
                try
                {
                    done.SetResult(work(reader));
                }
                finally
                {
                    _readers.Push(reader);
                }
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
            finally
            {
                _gate.Exit();
            }
        });
        if (Interlocked.Increment(ref _readThreads) <= _options.Readers) RunOpen(ReadOn);
        else Interlocked.Decrement(ref _readThreads);
        return done.Task;
    }

    /// <summary>Queries that may write.</summary>
    public Task<D1Answer> WriteAsync(ReadOnlyMemory<byte> queries)
    {
        D1Write write = new(queries);
        Writer.Enqueue(write);
        return write.Task;
    }

    /// <summary>Does something between transactions, on the thread that writes.</summary>
    public Task<T> BetweenAsync<T>(Func<T> work)
    {
        D1Task<T> task = new(work);
        Writer.Enqueue(task);
        return task.Task;
    }

    /// <summary>A connection of its own for a long read.</summary>
    public GuestConnection OpenReader() => new(_path, isReader: true);

    /// <summary>The bytes of the pages in use.</summary>
    public long Size => _known.SizeKnown;

    /// <summary>The bookmark of the last state at a time.</summary>
    public string Find(DateTimeOffset at) => _history.Bookmark(_history.Find(at));

    /// <summary>Makes the database what it was; on the thread that writes.</summary>
    public D1Restored Restore(string bookmark)
    {
        if (!Writer.TryKeepLog(TimeSpan.FromSeconds(30))) throw new D1Exception(409, "The database is being read or copied; try again when that has ended.");
        var before = Writer.Bookmark;
        _history.Restore(bookmark, Writer.Connection);
        Writer.Committed();
        return new D1Restored(Writer.Bookmark, before);
    }

    // SQLite could be shared; the history of what it was has one writer.
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (FileHold.IsHeld(taken))
        {
            throw new D1Exception(409, "The database is open in another process of Skep: end that first.", inner: taken);
        }
    }

    // Callers are answered before such work has ended, and may have been the last that needed the database.
    private void RunOpen(Action work)
    {
        RetainAgain();
        _threads.Run(() =>
        {
            try
            {
                work();
            }
            finally
            {
                Release();
            }
        });
    }

    private void ReadOn()
    {
        while (_reads.TryDequeue(out var read)) read();
        Interlocked.Decrement(ref _readThreads);
        // One that was put in line after the last look, while this thread still counted.
        if (!_reads.IsEmpty && Interlocked.Increment(ref _readThreads) <= _options.Readers) RunOpen(ReadOn);
        else if (!_reads.IsEmpty) Interlocked.Decrement(ref _readThreads);
    }

    private D1Answer? Read(GuestConnection reader, ReadOnlyMemory<byte> queries, bool isBrief)
    {
        D1Run run = new(reader, _known, isReader: true, isBrief ? BytesAtOnce : _options.MaxResultBytes);
        using var fixedInPlace = queries.Pin();
        var span = queries.Span;
        D1QueryReader head = new(span);
        // Several reads show one moment.
        var isTransaction = head.Queries > 1 || head.Flags.HasFlag(D1Flags.Split);
        try
        {
            reader.Allow(_options.QueryTime, isBrief ? OperationsAtOnce : null);
            if (isTransaction) reader.Execute("BEGIN");
            return run.TryRun(span) ? run.ToAnswer(head.Flags.HasFlag(D1Flags.Bookmark) ? Writer.Bookmark : null) : null;
        }
        catch (GuestSqlException) when (reader.Stopped == GuestStop.Operations)
        {
            return null;
        }
        catch (D1Exception) when (isBrief)
        {
            // The result may be too long for here only; what is wrong is found again.
            return null;
        }
        catch (GuestSqlException failure)
        {
            if (reader.Stopped == GuestStop.Time) throw TookTooLong(failure, run.Query);
            if (D1Failures.IsOfTheFile(failure)) _options.OnFailure?.Invoke(D1Failures.ToldOperator(_path, failure));
            throw D1Failures.Translate(failure, run.Query);
        }
        finally
        {
            if (isTransaction && reader.InTransaction) reader.Execute("COMMIT");
            run.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        // Keeping what is in the log waits for the disk.
        _threads.Run(() =>
        {
            try
            {
                // Left in the log, it is found by whoever opens the database next.
                Writer.TryKeepLog(TimeSpan.FromSeconds(1));
            }
            catch (Exception failure)
            {
                _options.OnFailure?.Invoke(failure);
            }

            while (_readers.TryPop(out var reader)) reader.Dispose();
            Writer.Dispose();
            // After SQLite's own descriptors: closing it before would take their locks away.
            _history.Dispose();
            _lock.Dispose();
            _gate.Dispose();
            OnClosed();
        });
    }
}
