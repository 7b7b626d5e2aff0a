using System.Runtime.InteropServices;

namespace Skep.Storage.Sqlite.Guest;

/// <summary>A compiled statement that a user wrote. Parameters are numbered from 1, columns from 0. What is bound must stay where it is
/// until <see cref="Reset"/>.</summary>
internal sealed unsafe class GuestStatement : IDisposable
{
    private readonly GuestConnection _connection;
    private readonly string? _inserts;
    private nint _handle;
    private int _writesPerRow;

    public GuestStatement(GuestConnection connection, nint handle, GuestNotes notes)
    {
        _connection = connection;
        _handle = handle;
        SwitchesPragma = notes.SwitchesPragma;
        AsksForChanges = notes.AsksForChanges;
        _inserts = notes.Inserts;
        IsReadOnly = SqliteNative.sqlite3_stmt_readonly(handle) != 0 && !SwitchesPragma;
        Parameters = SqliteNative.sqlite3_bind_parameter_count(handle);
    }

    /// <summary>When it was last used, by the count of its connection.</summary>
    public long LastUse { get; set; }

    /// <summary>It changes nothing.</summary>
    public bool IsReadOnly { get; }

    /// <summary>It switches something of the connection.</summary>
    public bool SwitchesPragma { get; }

    /// <summary>It asks what the connection has changed, so that only the one that writes can answer.</summary>
    public bool AsksForChanges { get; }

    /// <summary>Rows that are written for a row that changes: of an insertion, one in each index too.</summary>
    public int WritesPerRow => _writesPerRow == 0 ? _writesPerRow = 1 + (_inserts is null ? 0 : _connection.Indices(_inserts)) : _writesPerRow;

    /// <summary>How many values it takes.</summary>
    public int Parameters { get; }

    /// <summary>How many columns its rows have.</summary>
    public int Columns => SqliteNative.sqlite3_column_count(_handle);

    /// <summary>The columns' names as JSON writes them before values: <c>"name":</c>. Known after the first step.</summary>
    public byte[][]? Labels { get; set; }

    /// <summary>Rises when the schema has changed and it was compiled anew: its columns may be others.</summary>
    public int RePrepared => SqliteNative.sqlite3_stmt_status(_handle, SqliteNative.StatusRePrepared, 0);

    /// <summary>What <see cref="RePrepared"/> was when <see cref="Labels"/> were written.</summary>
    public int LabelledAt { get; set; }

    public void BindNull(int index) => Check(SqliteNative.sqlite3_bind_null(_handle, index));

    public void Bind(int index, double value) => Check(SqliteNative.sqlite3_bind_double(_handle, index, value));

    public void Bind(int index, long value) => Check(SqliteNative.sqlite3_bind_int64(_handle, index, value));

    /// <param name="text">UTF-8 that does not move.</param>
    public void BindText(int index, ReadOnlySpan<byte> text)
    {
        // Without an address it would be NULL.
        fixed (byte* bytes = text.IsEmpty ? "\0"u8 : text) Check(SqliteNative.sqlite3_bind_text(_handle, index, bytes, text.Length, 0));
    }

    /// <param name="blob">Bytes that do not move.</param>
    public void BindBlob(int index, ReadOnlySpan<byte> blob)
    {
        if (blob.IsEmpty)
        {
            Check(SqliteNative.sqlite3_bind_zeroblob(_handle, index, 0));
            return;
        }

        fixed (byte* bytes = blob) Check(SqliteNative.sqlite3_bind_blob(_handle, index, bytes, blob.Length, 0));
    }

    /// <summary>Goes to the next row; false after the last.</summary>
    /// <exception cref="GuestSqlException">It fails, or takes too long.</exception>
    public bool Step() => SqliteNative.sqlite3_step(_handle) switch
    {
        SqliteNative.Row => true,
        SqliteNative.Done => false,
        var code => throw _connection.Failure(code),
    };

    public ReadOnlySpan<byte> Name(int column) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(SqliteNative.sqlite3_column_name(_handle, column));

    public int Type(int column) => SqliteNative.sqlite3_column_type(_handle, column);

    public long Int64(int column) => SqliteNative.sqlite3_column_int64(_handle, column);

    public double Double(int column) => SqliteNative.sqlite3_column_double(_handle, column);

    public ReadOnlySpan<byte> Text(int column)
    {
        var text = SqliteNative.sqlite3_column_text(_handle, column);
        return new(text, text == null ? 0 : SqliteNative.sqlite3_column_bytes(_handle, column));
    }

    public ReadOnlySpan<byte> Blob(int column)
    {
        var bytes = SqliteNative.sqlite3_column_blob(_handle, column);
        return new(bytes, bytes == null ? 0 : SqliteNative.sqlite3_column_bytes(_handle, column));
    }

    /// <summary>Rows that were stepped over in scans of whole tables since the last time.</summary>
    public int TakeScanSteps() => SqliteNative.sqlite3_stmt_status(_handle, SqliteNative.StatusFullScanSteps, 1);

    /// <summary>Ends reading and lets go of what is bound.</summary>
    public void Reset()
    {
        // Its result repeats the error of the last step, which has been reported.
        _ = SqliteNative.sqlite3_reset(_handle);
        if (Parameters > 0) _ = SqliteNative.sqlite3_clear_bindings(_handle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle == 0) return;
        _ = SqliteNative.sqlite3_finalize(_handle);
        _handle = 0;
    }

    private void Check(int code)
    {
        if (code != SqliteNative.Ok) throw _connection.Failure(code);
    }
}
