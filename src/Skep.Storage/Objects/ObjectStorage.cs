using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>One object's storage while the object lives. Its file is opened when it is first needed, and may be closed and opened again between
/// turns (<see cref="OpenFiles"/>).</summary>
internal sealed partial class ObjectStorage : IObjectStorage
{
    private readonly OpenFiles _files;
    private readonly ObjectFile _file;
    private readonly ObjectAddress _address;
    private readonly long _epoch;
    private readonly OpenFacet _openFacet;
    private readonly object _monitor = new();
    private ObjectSession? _session;
    private bool _turn;
    private bool _background;
    private bool _wrote;
    private bool _confirm;
    private bool _early;
    private int _depth;
    private Exception? _broken;
    private TaskCompletionSource? _later;
    private bool _disposed;

    /// <param name="files">The files that are open.</param>
    /// <param name="file">The object's.</param>
    /// <param name="address">The object, or that whose facet it is.</param>
    /// <param name="sqlite">Whether it has SQL.</param>
    /// <param name="epoch">The host's.</param>
    /// <param name="session">The file, if it is open.</param>
    /// <param name="alarms">Is told of its alarms; null: it has none.</param>
    /// <param name="openFacet">Opens a facet's.</param>
    public ObjectStorage(
        OpenFiles files, ObjectFile file, ObjectAddress address, bool sqlite, long epoch, ObjectSession? session, IObjectAlarms? alarms, OpenFacet openFacet)
    {
        _files = files;
        _openFacet = openFacet;
        _file = file;
        _address = address;
        _epoch = epoch;
        _session = session;
        Sqlite = sqlite;
        Sync = new ObjectSync(files.Threads, this);
        _alarms = new AlarmNotes(alarms, address, session?.ReadAlarm(), files.Options.OnFailure);
        _sql = new ObjectSql(this);
    }

    /// <inheritdoc/>
    public bool Sqlite { get; }

    /// <inheritdoc/>
    public bool AllowUnconfirmed { get; set; }

    /// <inheritdoc/>
    public bool HoldsOutput => (_wrote || _early) && _confirm && _depth == 0;

    /// <summary>When it was last used, in milliseconds of the process.</summary>
    public long LastUsed { get; private set; }

    internal ObjectSync Sync { get; }

    internal bool IsOpen => _session is not null;

    /// <inheritdoc/>
    public Task WhenDurableAsync()
    {
        if (_broken is { } failure) return Task.FromException(failure);
        if (!_wrote) return Sync.WhenDoneAsync();
        _later ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return CommittedAsync(_later.Task);
    }

    /// <inheritdoc/>
    public ObjectTransaction Begin()
    {
        var session = Write();
        session.Connection.Execute($"SAVEPOINT _cf_{_depth}");
        return new ObjectTransaction(_depth++);
    }

    /// <inheritdoc/>
    public void End(ObjectTransaction transaction, bool keep)
    {
        if (transaction.Depth != _depth - 1)
            throw new ObjectStorageException(ObjectStorageError.Refused, "Cannot roll back an outer transaction while a nested transaction is still running.");
        _depth--;
        var session = Use();
        if (!session.Connection.InTransaction)
            throw Broken(new ObjectStorageException(ObjectStorageError.Refused, "Cannot commit transaction due to an earlier SQL critical error"));
        if (!keep)
        {
            session.Connection.Execute($"ROLLBACK TO _cf_{transaction.Depth}");
            session.Forget();
        }

        session.Connection.Execute($"RELEASE _cf_{transaction.Depth}");
    }

    /// <inheritdoc/>
    public ObjectCommit Commit()
    {
        // A turn that has not used the storage does not have the connection: what an earlier one wrote may be committed at this moment.
        if (!_turn && _wrote && !_disposed) EnterTurn();
        if (_broken is { } failure)
        {
            EndTurn();
            return new ObjectCommit(Task.FromException(failure), Confirm: true);
        }

        if (!_wrote || _depth > 0)
        {
            var early = _early ? new ObjectCommit(Sync.WhenDoneAsync(), _confirm) : default;
            if (_early) _early = _confirm = false;
            EndTurn();
            return early;
        }

        var confirm = _confirm;
        var noted = _alarms.BeforeCommit(_session!.ReadAlarm());
        if (!noted.IsCompletedSuccessfully) return new ObjectCommit(CommitLaterAsync(noted), confirm);
        try
        {
            CommitNow();
        }
        catch (ObjectStorageException failed)
        {
            return new ObjectCommit(Task.FromException(failed), Confirm: true);
        }
        finally
        {
            EndTurn();
        }

        return new ObjectCommit(Sync.WhenDoneAsync(), confirm);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        _later?.TrySetException(new ObjectStorageException(ObjectStorageError.Failed, "The Durable Object ended before its storage was written."));
        _ = _later?.Task.Exception;
        await _alarms.WhenNotedAsync().ConfigureAwait(false);
        try
        {
            await Sync.WhenDoneAsync().ConfigureAwait(false);
        }
        catch (ObjectStorageException)
        {
            // Whoever committed it was told.
        }

        TakeBackground(waitForTurn: false);
        try
        {
            _sql.Clear();
            _session?.Dispose();
            _session = null;
        }
        finally
        {
            _files.Closed(this);
            EndBackground();
        }
    }

    /// <summary>Closes the file, if nobody needs it now.</summary>
    public bool TrySuspend()
    {
        if (!TryTakeBackground()) return false;
        try
        {
            if (_session is null || _wrote || _depth > 0 || _sql.OpenCursors > 0 || !Sync.IsIdle) return false;
            _sql.Clear();
            _session.Dispose();
            _session = null;
            return true;
        }
        finally
        {
            EndBackground();
        }
    }

    /// <summary>Waits until what was committed is on the disk.</summary>
    internal void SyncLog() => _session!.SyncLog();

    /// <summary>The disk failed while commits were on their way.</summary>
    internal ObjectStorageException SyncFailed(Exception failure)
    {
        _files.Options.OnFailure?.Invoke(new IOException($"{_file.Path}: {failure.Message}", failure));
        return Broken(new ObjectStorageException(ObjectStorageError.Failed, "The Durable Object's storage could not be written; the server's log says why.", failure));
    }

    /// <summary>The session, for reading; null when nothing was ever stored.</summary>
    internal ObjectSession? Read()
    {
        Enter();
        return _session ?? (_file.Exists ? OpenAgain() : null);
    }

    /// <summary>The session; the file is made when there is none.</summary>
    internal ObjectSession Use() => Read() ?? OpenAgain();

    /// <summary>The session, in a transaction that the end of the turn commits.</summary>
    internal ObjectSession Write()
    {
        var session = Use();
        try
        {
            if (!_wrote) session.Begin(_epoch);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }

        _wrote = true;
        _confirm |= !AllowUnconfirmed;
        return session;
    }

    /// <summary>What a worker is told of a failure; one that leaves the transaction undone ends the object.</summary>
    internal ObjectStorageException Failed(SqliteException failure)
    {
        var told = SqlErrors.Translate(failure);
        if (told.Kind == ObjectStorageError.Failed || (failure.Code & 0xff) == raw.SQLITE_FULL) _files.Options.OnFailure?.Invoke(SqlErrors.ToldOperator(_file.Path, failure));
        // SQLite undoes the whole transaction of its own accord when the disk is full or fails.
        var lost = _wrote && _session is { } session && !session.Connection.InTransaction;
        return lost || told.Kind == ObjectStorageError.Failed ? Broken(told) : told;
    }

    private ObjectStorageException Broken(ObjectStorageException failure)
    {
        _broken ??= failure;
        _later?.TrySetException(failure);
        _later = null;
        return failure;
    }

    private async Task CommitLaterAsync(ValueTask noted)
    {
        // The next turns' writes join the transaction meanwhile.
        _later ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var committed = _later.Task;
        EndTurn();
        try
        {
            await noted.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _files.Options.OnFailure?.Invoke(failure);
            throw Broken(new ObjectStorageException(ObjectStorageError.Failed, "The Durable Object's alarm could not be set; the server's log says why.", failure));
        }

        TakeBackground(waitForTurn: true);
        try
        {
            if (_broken is { } failure) throw failure;
            if (_disposed) throw new ObjectStorageException(ObjectStorageError.Failed, "The Durable Object ended before its storage was written.");
            if (_wrote && _depth == 0) CommitNow();
        }
        finally
        {
            EndBackground();
        }

        // Within a transaction of JavaScript it is the end of that which commits.
        await CommittedAsync(committed).ConfigureAwait(false);
    }

    private async Task CommittedAsync(Task committed)
    {
        await committed.ConfigureAwait(false);
        await Sync.WhenDoneAsync().ConfigureAwait(false);
    }

    /// <param name="early">In the middle of a turn: its end tells the output gate.</param>
    private void CommitNow(bool early = false)
    {
        try
        {
            if (!_session!.Connection.InTransaction) throw Broken(new ObjectStorageException(ObjectStorageError.Failed, "The Durable Object's transaction was undone by an earlier error of its storage."));
            var alarm = _session.ReadAlarm();
            _session.Commit(_files.Time.GetUtcNow());
            _wrote = false;
            if (!early) _early = _confirm = false;
            var durable = Sync.Request();
            _alarms.AfterCommit(alarm, durable);
            _later?.SetResult();
            _later = null;
        }
        catch (SqliteException failure)
        {
            throw Broken(SqlErrors.IsFailure(failure.Code) ? Failed(failure) : new ObjectStorageException(ObjectStorageError.Failed, failure.Message, failure));
        }
    }

    private ObjectSession OpenAgain()
    {
        try
        {
            _session = _file.Open(_epoch);
            _files.Opened(this);
            return _session;
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }
    }
}

/// <summary>Opens the database of a facet.</summary>
internal delegate ValueTask<IObjectStorage> OpenFacet(ObjectFile file, ObjectAddress address, bool sqlite, long epoch, CancellationToken cancellation);
