using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;
using Skep.Storage.Sqlite.History;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>The only connection to an object's file. While it is open no other process can read or write the file; the kernel ends that when
/// the process ends, however it ends. One thread at a time.</summary>
internal sealed unsafe class ObjectConnection : ILoggedConnection, IDisposable
{
    public const int PageSize = 4096;

    // What workerd allows beyond D1's: a value of 2 MB and its key are one row.
    private const int MostBytes = 4 << 20;
    private const int MostFunctionArguments = 32;
    private const int BetweenPolls = 10_000;

    private readonly string _path;
    private readonly Dictionary<string, SqlStatement> _own = new(StringComparer.Ordinal);
    private GCHandle _self;
    private nint _handle;

    /// <summary>Opens the file and takes it; makes it when there is none.</summary>
    /// <exception cref="SqliteException">Another process has it (SQLITE_BUSY), it cannot be opened, or is damaged.</exception>
    public ObjectConnection(string path, long maxBytes)
    {
        SqliteLibrary.Ensure();
        _path = path;
        Authorizer = new SqlAuthorizer { Trusted = true };
        _self = GCHandle.Alloc(this);
        try
        {
            fixed (byte* name = Utf8(path))
            {
                var opened = SqliteNative.sqlite3_open_v2(name, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
                if (opened != raw.SQLITE_OK) throw Error(opened);
            }

            // SQLite falls back to that, and later says only that it cannot lock the file.
            if (SqliteNative.sqlite3_db_readonly(_handle, null) == 1)
                throw new SqliteException(raw.SQLITE_READONLY, $"{path} cannot be written{FileTrouble.Remedy(raw.SQLITE_READONLY)}");

            _ = SqliteNative.sqlite3_extended_result_codes(_handle, 1);
            Execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
            // A commit is on its way to the disk; who acknowledges it waits for the sync of the log (ObjectSync).
            Execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024");
            Execute($"PRAGMA max_page_count = {maxBytes / PageSize}");
            foreach (var (limit, value) in GuestRules.Limits) _ = SqliteNative.sqlite3_limit(_handle, limit, value);
            _ = SqliteNative.sqlite3_limit(_handle, SqliteNative.LimitLength, MostBytes);
            _ = SqliteNative.sqlite3_limit(_handle, SqliteNative.LimitFunctionArguments, MostFunctionArguments);
            _ = SqliteNative.sqlite3_db_config(_handle, SqliteNative.ConfigDefensive, 1, out _);
            _ = SqliteNative.sqlite3_db_config(_handle, SqliteNative.ConfigNoCheckpointOnClose, 1, out _);
            _ = SqliteNative.sqlite3_wal_hook(_handle, &OnCommit, GCHandle.ToIntPtr(_self));
            SqliteNative.sqlite3_progress_handler(_handle, BetweenPolls, &OnProgress, GCHandle.ToIntPtr(_self));
            Authorizer.Attach(_handle);
            Authorizer.Trusted = false;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public SqlAuthorizer Authorizer { get; }

    /// <summary>Frames of the log since its last reset, as far as commits of this connection told.</summary>
    public int LogFrames { get; private set; }

    /// <summary>Asked now and then while a statement runs; true stops it.</summary>
    public Func<bool>? StopRequested { get; set; }

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => SqliteNative.sqlite3_get_autocommit(_handle) == 0;

    public long TotalChanges => SqliteNative.sqlite3_total_changes64(_handle);

    /// <summary>Runs statements of the platform that return nothing.</summary>
    public void Execute(string sql)
    {
        var before = Authorizer.Trusted;
        Authorizer.Trusted = true;
        try
        {
            for (var rest = Encoding.UTF8.GetBytes(sql).AsSpan(); !rest.IsEmpty;)
            {
                using var statement = Compile(rest, out var read);
                rest = rest[read..];
                while (statement?.Step() == true)
                {
                }
            }
        }
        finally
        {
            Authorizer.Trusted = before;
        }
    }

    /// <summary>A statement of the platform, compiled once; the caller resets it when done.</summary>
    public SqlStatement Own(string sql)
    {
        if (_own.TryGetValue(sql, out var known)) return known;
        Authorizer.Trusted = true;
        try
        {
            var statement = Compile(Encoding.UTF8.GetBytes(sql), out _) ?? throw new InvalidOperationException($"No statement: {sql}");
            return _own[sql] = statement;
        }
        finally
        {
            Authorizer.Trusted = false;
        }
    }

    /// <summary>Compiles the first statement of a text.</summary>
    /// <param name="sql">UTF-8.</param>
    /// <param name="read">How much of the text it takes.</param>
    /// <returns>Null when the text holds nothing but blanks and comments.</returns>
    public SqlStatement? Compile(ReadOnlySpan<byte> sql, out int read)
    {
        fixed (byte* text = sql)
        {
            var result = SqliteNative.sqlite3_prepare_v3(_handle, text, sql.Length, 0, out var statement, out var tail);
            if (result != raw.SQLITE_OK) throw Error(result);
            read = text == null ? 0 : (int)(tail - text);
            return statement == 0 ? null : new SqlStatement(this, statement);
        }
    }

    /// <summary>The error that the last call left, as a worker may see it.</summary>
    public SqliteException Error(int code)
    {
        code = FileTrouble.Refine(code, _handle);
        var text = _handle == 0 ? "out of memory" : Text(SqliteNative.sqlite3_errmsg(_handle));
        var offset = _handle == 0 ? -1 : SqliteNative.sqlite3_error_offset(_handle);
        var described = SqlErrors.Describe(text, offset, code);
        return new SqliteException(code, SqlErrors.IsFailure(code) ? $"{_path}: {described}{FileTrouble.Remedy(code)}" : described);
    }

    /// <inheritdoc/>
    public bool TryMoveLog()
    {
        var result = SqliteNative.sqlite3_wal_checkpoint_v2(_handle, null, SqliteNative.CheckpointTruncate, out _, out _);
        // A cursor of the object itself reads what would be replaced.
        if ((result & 0xff) is raw.SQLITE_LOCKED or raw.SQLITE_BUSY) return false;
        if (result != raw.SQLITE_OK) throw Error(result);
        LogFrames = 0;
        return true;
    }

    /// <inheritdoc/>
    public void ReplaceBy(string path)
    {
        if (SqliteBackup.Copy(path, _handle) is not raw.SQLITE_OK and var code) throw Error(code);
        // The log's new length is told with the next statement.
        Execute("SELECT count(*) FROM sqlite_schema");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _own.Values) statement.Dispose();
        _own.Clear();
        if (_handle != 0) _ = SqliteNative.sqlite3_close_v2(_handle);
        _handle = 0;
        if (!_self.IsAllocated) return;
        _self.Free();
        Authorizer.Dispose();
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [UnmanagedCallersOnly]
    private static int OnCommit(nint state, nint database, byte* name, int frames)
    {
        Unsafe.As<ObjectConnection>(GCHandle.FromIntPtr(state).Target!).LogFrames = frames;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly]
    private static int OnProgress(nint state)
    {
        var self = Unsafe.As<ObjectConnection>(GCHandle.FromIntPtr(state).Target!);
        return self.StopRequested is { } stop && stop() ? 1 : 0;
    }
}
