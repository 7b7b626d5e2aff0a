using System.Collections.Concurrent;
using System.Diagnostics;
using Skep.Abstractions.D1;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;
using Skep.Storage.Sqlite.History;

namespace Skep.Storage.D1;

/// <summary>Writes one database: what waits goes into one transaction, each call behind a savepoint, so that they share the wait for the disk.
/// One thread at a time.</summary>
internal sealed class D1Writer(GuestConnection connection, PageHistory history, D1Known known, ReadGate gate, D1StoreOptions options, Action<Action> schedule) : IDisposable
{
    private const int CallsAtOnce = 256;
    private static readonly TimeSpan GroupTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LittlePatience = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MuchPatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<D1Job> _waiting = new();
    private readonly List<D1Write> _group = [];
    private int _scheduled;
    private long _nextKeep = options.LogPages;

    private volatile Lazy<string> _bookmark = BookmarkOf(history);
    private bool _hasSwitched;

    /// <summary>The connection, for tasks.</summary>
    public GuestConnection Connection => connection;

    /// <summary>The bookmark of the last commit.</summary>
    public string Bookmark => _bookmark.Value;

    /// <summary>Puts a job in line.</summary>
    /// <exception cref="D1Exception">Too many wait.</exception>
    public void Enqueue(D1Job job)
    {
        if (_waiting.Count >= options.MaxWaiting) throw new D1Exception(429, "D1 DB is overloaded. Too many requests queued.");
        _waiting.Enqueue(job);
        Schedule();
    }

    /// <summary>A transaction of the platform's own.</summary>
    public T Transaction<T>(Func<T> work)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work();
            if (connection.HasOpenForeignKeys) throw ForeignKey();
            connection.Execute("COMMIT");
            Committed();
            return result;
        }
        finally
        {
            RollBack();
            connection.Execute(GuestRules.Reset);
        }
    }

    /// <summary>Something was committed.</summary>
    public void Committed()
    {
        history.Committed(connection.LogFrames);
        known.Committed(connection);
        _bookmark = BookmarkOf(history);
    }

    /// <summary>Makes the log history, whatever its length. False when somebody reads what would be replaced.</summary>
    public bool TryKeepLog(TimeSpan patience)
    {
        history.KeepLog();
        if (!gate.TryPause(patience)) return false;
        try
        {
            return history.TryEmptyLog(connection);
        }
        finally
        {
            gate.Resume();
            _bookmark = BookmarkOf(history);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0) schedule(WorkOff);
    }

    private void WorkOff()
    {
        var began = Stopwatch.GetTimestamp();
        do
        {
            if (!_waiting.TryPeek(out var next)) break;
            if (next is ID1Task task) Run(task);
            else CommitGroup();
        }
        while (Stopwatch.GetElapsedTime(began) < GroupTime);

        KeepHistory();
        // A full fence: the queue must be looked at after the database can be scheduled again.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_waiting.IsEmpty) Schedule();
    }

    private void Run(ID1Task task)
    {
        _waiting.TryDequeue(out var job);
        try
        {
            connection.Allow(null);
            task.Run();
        }
        catch (Exception failure)
        {
            job!.Fail(failure);
        }
    }

    private void CommitGroup()
    {
        _group.Clear();
        try
        {
            connection.Execute("BEGIN IMMEDIATE");
            Gather();
            if (_group.Count == 0)
            {
                RollBack();
                Reset();
                return;
            }

            connection.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            RollBack();
            Repeat(failure);
            Reset();
            return;
        }

        Complete();
        Reset();
    }

    // Runs what waits. A call that fails is out; those before it stay.
    private void Gather()
    {
        var began = Stopwatch.GetTimestamp();
        var isAlone = _waiting.Count == 1;
        while (_group.Count < CallsAtOnce && _waiting.TryPeek(out var next) && next is D1Write write && Stopwatch.GetElapsedTime(began) < GroupTime)
        {
            _waiting.TryDequeue(out _);
            try
            {
                if (!isAlone) connection.Execute("SAVEPOINT \"call\"");
                Execute(write);
                if (!isAlone) connection.Execute("RELEASE \"call\"");
                _group.Add(write);
            }
            catch (Exception failure)
            {
                // Some failures end the whole transaction.
                var isOver = !connection.InTransaction;
                if (!isOver && !isAlone) connection.Execute("ROLLBACK TO \"call\"; RELEASE \"call\"");
                write.Fail(Translate(failure, write));
                if (isOver) throw new TransactionLostException();
            }

            if (isAlone || _hasSwitched) return;
        }
    }

    private void Execute(D1Write write)
    {
        connection.Allow(options.QueryTime);
        write.Run = new D1Run(connection, known, isReader: false, options.MaxResultBytes);
        using var fixedInPlace = write.Queries.Pin();
        try
        {
            write.Run.TryRun(write.Queries.Span);
        }
        finally
        {
            _hasSwitched |= write.Run.HasSwitched;
        }

        // Others' foreign keys are whole at their end; these would be found by all at the commit only.
        if (connection.HasOpenForeignKeys) throw ForeignKey();
    }

    private void Complete()
    {
        Committed();
        foreach (var write in _group) write.Complete(write.WantsBookmark ? Bookmark : null);
    }

    // What a call has switched must not meet the next one.
    private void Reset()
    {
        if (_hasSwitched) connection.Execute(GuestRules.Reset);
        _hasSwitched = false;
    }

    // The transaction is lost: which of the calls is to blame, only trying each alone tells.
    private void Repeat(Exception cause)
    {
        D1Write[] lost = [.. _group];
        _group.Clear();
        if (lost.Length == 1 && cause is not TransactionLostException)
        {
            lost[0].Fail(Translate(cause, lost[0]));
            return;
        }

        foreach (var write in lost)
        {
            write.Run?.Dispose();
            try
            {
                connection.Execute("BEGIN IMMEDIATE");
                Execute(write);
                connection.Execute("COMMIT");
            }
            catch (Exception failure)
            {
                RollBack();
                write.Fail(Translate(failure, write));
                continue;
            }

            _group.Add(write);
            Complete();
            _group.Clear();
        }
    }

    private D1Exception Translate(Exception failure, D1Write write)
    {
        if (connection.Stopped == GuestStop.Time) return D1Database.TookTooLong(failure, write.Run?.Query ?? 0);
        if (D1Failures.IsOfTheFile(failure)) options.OnFailure?.Invoke(D1Failures.ToldOperator(connection.Path, failure));
        return D1Failures.Translate(failure, write.Run?.Query ?? 0);
    }

    private void RollBack()
    {
        if (connection.InTransaction) connection.Execute("ROLLBACK");
    }

    private void KeepHistory()
    {
        var frames = history.LogFrames;
        if (frames < _nextKeep) return;
        try
        {
            _nextKeep = TryKeepLog(frames > 16 * options.LogPages ? MuchPatience : LittlePatience) ? options.LogPages : frames + options.LogPages;
        }
        catch (Exception failure)
        {
            // The log holds everything; it only grows until there is room again.
            options.OnFailure?.Invoke(failure);
            _nextKeep = frames + options.LogPages;
        }
    }

    private static Lazy<string> BookmarkOf(PageHistory history)
    {
        var now = history.Now;
        return new(() => history.Bookmark(now));
    }

    private static GuestSqlException ForeignKey() =>
        new(SqliteNative.Constraint, "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)");

    private sealed class TransactionLostException : Exception;
}
