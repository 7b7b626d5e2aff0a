using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Skep.Storage.Sqlite.History;

namespace Skep.Storage.Sqlite.Guest;

/// <summary>A connection for SQL that users wrote: what it may do is limited, how long it takes too. One thread at a time.</summary>
internal sealed unsafe class GuestConnection : ILoggedConnection, IDisposable
{
    private const int CachedStatements = 100;
    private const int OperationsPerLook = 1000;

    private readonly GuestAuthorizer _authorizer = new();
    private readonly Dictionary<byte[], GuestStatement> _statements = new(SqlBytes.Comparer);
    private readonly Dictionary<byte[], GuestStatement>.AlternateLookup<ReadOnlySpan<byte>> _bySql;
    private readonly Dictionary<string, GuestStatement> _own = new(StringComparer.Ordinal);
    private GCHandle _self;
    private GCHandle _authorizerHandle;
    private nint _handle;
    private long _uses;
    private long _deadline = long.MaxValue;
    private int _looksLeft = int.MaxValue;

    /// <param name="path">The file. Who writes makes it when there is none.</param>
    /// <param name="isReader">Whether it only reads.</param>
    /// <exception cref="SqliteException">It cannot be opened, or is damaged.</exception>
    public GuestConnection(string path, bool isReader)
    {
        SqliteLibrary.Ensure();
        _bySql = _statements.GetAlternateLookup<ReadOnlySpan<byte>>();
        Path = path;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var opened = SqliteNative.sqlite3_open_v2(name, out _handle, SqliteNative.OpenReadWrite | SqliteNative.OpenNoMutex | (isReader ? 0 : SqliteNative.OpenCreate), null);
            if (opened != SqliteNative.Ok)
            {
                var error = Broken(opened);
                Dispose();
                throw error;
            }
        }

        try
        {
            _ = SqliteNative.sqlite3_extended_result_codes(_handle, 1);
            _ = SqliteNative.sqlite3_busy_timeout(_handle, 5000);
            // The log is moved into the file by whoever keeps its history, and by nobody else.
            Execute("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = OFF; PRAGMA cache_size = -2048; PRAGMA cell_size_check = ON;");
            Execute(isReader ? "PRAGMA query_only = ON;" : "PRAGMA journal_mode = WAL;");
            foreach (var (limit, value) in GuestRules.Limits) _ = SqliteNative.sqlite3_limit(_handle, limit, value);
            foreach (var (option, value) in ((int, int)[])[(SqliteNative.ConfigDefensive, 1), (SqliteNative.ConfigTrustedSchema, 0), (SqliteNative.ConfigNoCheckpointOnClose, 1)])
                _ = SqliteNative.sqlite3_db_config(_handle, option, value, out _);
            _self = GCHandle.Alloc(this);
            _authorizerHandle = GCHandle.Alloc(_authorizer);
            _ = SqliteNative.sqlite3_set_authorizer(_handle, &GuestAuthorizer.Authorize, GCHandle.ToIntPtr(_authorizerHandle));
            SqliteNative.sqlite3_progress_handler(_handle, OperationsPerLook, &Look, GCHandle.ToIntPtr(_self));
            _ = SqliteNative.sqlite3_wal_hook(_handle, &Committed, GCHandle.ToIntPtr(_self));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>SQLite's own, for what is not wrapped here.</summary>
    public nint Handle => _handle;

    /// <summary>The pages in the log after the last commit of this connection.</summary>
    public int LogFrames { get; private set; }

    /// <summary>Why the last statement was stopped.</summary>
    public GuestStop Stopped { get; private set; }

    /// <summary>All rows that have changed since it was opened.</summary>
    public long TotalChanges => SqliteNative.sqlite3_total_changes64(_handle);

    /// <summary>The row that was inserted last.</summary>
    public long LastRowId => SqliteNative.sqlite3_last_insert_rowid(_handle);

    /// <summary>A transaction is open.</summary>
    public bool InTransaction => SqliteNative.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>A foreign key that is checked at the end of the transaction points nowhere.</summary>
    public bool HasOpenForeignKeys
    {
        get
        {
            _ = SqliteNative.sqlite3_db_status(_handle, SqliteNative.DatabaseDeferredForeignKeys, out var open, out _, 0);
            return open != 0;
        }
    }

    /// <summary>How long statements may take from now on.</summary>
    /// <param name="time">Wall time for all of them together; null for as long as it takes.</param>
    /// <param name="operations">Steps of SQLite's machine, about; null for as many as it takes.</param>
    public void Allow(TimeSpan? time, int? operations = null)
    {
        _deadline = time is { } span ? Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
        _looksLeft = operations is { } steps ? steps / OperationsPerLook : int.MaxValue;
        Stopped = GuestStop.None;
    }

    /// <summary>Runs statements of the platform's own.</summary>
    /// <exception cref="SqliteException">They fail.</exception>
    public void Execute(string sql)
    {
        var (deadline, looks) = (_deadline, _looksLeft);
        (_deadline, _looksLeft) = (long.MaxValue, int.MaxValue);
        _authorizer.IsTrusted = true;
        try
        {
            var bytes = Encoding.UTF8.GetBytes(sql + '\0');
            fixed (byte* text = bytes)
            {
                for (var at = text; *at != 0;)
                {
                    var code = SqliteNative.sqlite3_prepare_v3(_handle, at, -1, 0, out var statement, out at);
                    while (code is SqliteNative.Ok or SqliteNative.Row && statement != 0) code = SqliteNative.sqlite3_step(statement);
                    if (code is not (SqliteNative.Ok or SqliteNative.Done))
                    {
                        var error = Broken(code);
                        _ = SqliteNative.sqlite3_finalize(statement);
                        throw error;
                    }

                    _ = SqliteNative.sqlite3_finalize(statement);
                }
            }
        }
        finally
        {
            _authorizer.IsTrusted = false;
            (_deadline, _looksLeft) = (deadline, looks);
        }
    }

    /// <summary>A number that a statement of the platform's own yields.</summary>
    /// <exception cref="SqliteException">It fails.</exception>
    public long Number(string sql, ReadOnlySpan<byte> text = default)
    {
        _authorizer.IsTrusted = true;
        try
        {
            if (!_own.TryGetValue(sql, out var statement)) statement = _own[sql] = Compile(Encoding.UTF8.GetBytes(sql + '\0'), out _)!;
            try
            {
                if (!text.IsEmpty) statement.BindText(1, text);
                return statement.Step() ? statement.Int64(0) : 0;
            }
            finally
            {
                statement.Reset();
            }
        }
        catch (GuestSqlException failure)
        {
            throw new SqliteException(failure.Code, $"{Path}: {failure.Message}{FileTrouble.Remedy(failure.Code)}");
        }
        finally
        {
            _authorizer.IsTrusted = false;
        }
    }

    /// <summary>How many indices a table has.</summary>
    public int Indices(string table) => (int)Number("SELECT count(*) FROM pragma_index_list(?1)", Encoding.UTF8.GetBytes(table));

    /// <summary>The statement that was compiled of the same text before, or null.</summary>
    public GuestStatement? Find(ReadOnlySpan<byte> sql)
    {
        if (!_bySql.TryGetValue(sql, out var known)) return null;
        known.LastUse = ++_uses;
        return known;
    }

    /// <summary>Compiles the first statement of a text; null when there is nothing but white space and comments.</summary>
    /// <param name="sql">UTF-8 that ends with a zero byte.</param>
    /// <param name="length">How much of it the statement takes.</param>
    /// <exception cref="GuestSqlException">It is no SQL, or may not be run.</exception>
    public GuestStatement? Compile(ReadOnlySpan<byte> sql, out int length)
    {
        _authorizer.Begin();
        fixed (byte* text = sql)
        {
            var code = SqliteNative.sqlite3_prepare_v3(_handle, text, sql.Length, SqliteNative.PreparePersistent, out var statement, out var tail);
            length = (int)(tail - text);
            if ((code & 0xff) == SqliteNative.TooBig) throw new GuestSqlException(code, "statement too long: SQLITE_TOOBIG");
            if (code != SqliteNative.Ok) throw Failure(code);
            if (statement == 0) return null;
            return new GuestStatement(this, statement, _authorizer.Notes);
        }
    }

    /// <summary>Keeps a statement for <see cref="Find"/>.</summary>
    public GuestStatement Keep(ReadOnlySpan<byte> sql, GuestStatement statement)
    {
        if (_statements.Count >= CachedStatements)
        {
            foreach (var (known, old) in _statements.OrderBy(each => each.Value.LastUse).Take(CachedStatements / 4).ToArray())
            {
                _statements.Remove(known);
                old.Dispose();
            }
        }

        statement.LastUse = ++_uses;
        _statements[sql.ToArray()] = statement;
        return statement;
    }

    /// <summary>What SQLite says of the last call, in Cloudflare's form.</summary>
    public GuestSqlException Failure(int code)
    {
        if (_authorizer.Refusal is { } refusal && (code & 0xff) == SqliteNative.Auth) return new GuestSqlException(code, refusal);
        code = FileTrouble.Refine(code, _handle);
        var message = Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_errmsg(_handle))!;
        if (SqliteNative.sqlite3_error_offset(_handle) is >= 0 and var offset) message += $" at offset {offset}";
        message += ": " + SqliteErrorNames.OfFamily(code);
        if (SqliteErrorNames.OfExtended(code) is { } extended) message += $" (extended: {extended})";
        return new GuestSqlException(code, message);
    }

    /// <summary>Moves the log into the file and empties it; false when others are reading.</summary>
    /// <exception cref="SqliteException">It fails.</exception>
    public bool TryMoveLog()
    {
        // Whoever reads in another process may take its time.
        _ = SqliteNative.sqlite3_busy_timeout(_handle, 0);
        var code = SqliteNative.sqlite3_wal_checkpoint_v2(_handle, null, SqliteNative.CheckpointTruncate, out _, out _);
        _ = SqliteNative.sqlite3_busy_timeout(_handle, 5000);
        if ((code & 0xff) == SqliteNative.Busy) return false;
        if (code != SqliteNative.Ok) throw Broken(code);
        LogFrames = 0;
        return true;
    }

    /// <summary>Replaces everything by what is in another file, as one commit.</summary>
    /// <exception cref="SqliteException">It fails; nothing has changed then.</exception>
    public void ReplaceBy(string path)
    {
        if (SqliteBackup.Copy(path, _handle) is not SqliteNative.Ok and var code) throw Broken(code);

        // It is not told as other commits are, but with the next statement.
        Execute("SELECT 1");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _own.Values) statement.Dispose();
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        if (_handle != 0) _ = SqliteNative.sqlite3_close_v2(_handle);
        _handle = 0;
        if (_self.IsAllocated) _self.Free();
        if (_authorizerHandle.IsAllocated) _authorizerHandle.Free();
    }

    [UnmanagedCallersOnly]
    private static int Look(nint state)
    {
        var self = (GuestConnection)GCHandle.FromIntPtr(state).Target!;
        if (self._looksLeft != int.MaxValue && --self._looksLeft < 0) self.Stopped = GuestStop.Operations;
        else if (Stopwatch.GetTimestamp() > self._deadline) self.Stopped = GuestStop.Time;
        else return 0;
        return 1;
    }

    [UnmanagedCallersOnly]
    private static int Committed(nint state, nint connection, byte* schema, int frames)
    {
        ((GuestConnection)GCHandle.FromIntPtr(state).Target!).LogFrames = frames;
        return SqliteNative.Ok;
    }

    private SqliteException Broken(int code)
    {
        code = FileTrouble.Refine(code, _handle);
        var text = Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_errmsg(_handle));
        return new(code, $"{Path}: {text} ({Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_errstr(code))}){FileTrouble.Remedy(code)}");
    }
}

/// <summary>Why a statement was stopped.</summary>
internal enum GuestStop
{
    None,

    /// <summary>It took too long.</summary>
    Time,

    /// <summary>It had more to do than was wanted of it here.</summary>
    Operations,
}
