using System.Runtime.InteropServices;
using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>A compiled statement of an <see cref="ObjectConnection"/>. Parameters are numbered from 1, columns from 0.</summary>
internal sealed unsafe class SqlStatement(ObjectConnection connection, nint handle) : IDisposable
{
    private nint _handle = handle;

    public bool IsReadOnly => SqliteNative.sqlite3_stmt_readonly(_handle) != 0;

    public int ParameterCount => SqliteNative.sqlite3_bind_parameter_count(_handle);

    public int ColumnCount => SqliteNative.sqlite3_column_count(_handle);

    /// <summary>Steps through rows of tables that no index led to.</summary>
    public int ScanSteps => SqliteNative.sqlite3_stmt_status(_handle, SqliteNative.StatusFullScanSteps, 0);

    public string ColumnName(int column) => Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_column_name(_handle, column)) ?? "";

    public SqlStatement BindNull(int index) => Check(SqliteNative.sqlite3_bind_null(_handle, index));

    public SqlStatement Bind(int index, long value) => Check(SqliteNative.sqlite3_bind_int64(_handle, index, value));

    public SqlStatement Bind(int index, double value) => Check(SqliteNative.sqlite3_bind_double(_handle, index, value));

    // What is empty has no address, and that would be NULL.
    public SqlStatement BindText(int index, ReadOnlySpan<byte> value)
    {
        byte nothing;
        fixed (byte* text = value) return Check(SqliteNative.sqlite3_bind_text(_handle, index, text == null ? &nothing : text, value.Length, -1));
    }

    public SqlStatement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        byte nothing;
        fixed (byte* bytes = value) return Check(SqliteNative.sqlite3_bind_blob(_handle, index, bytes == null ? &nothing : bytes, value.Length, -1));
    }

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Step()
    {
        var result = SqliteNative.sqlite3_step(_handle);
        if (result == raw.SQLITE_ROW) return true;
        if (result == raw.SQLITE_DONE) return false;
        var error = connection.Error(result);
        Reset();
        throw error;
    }

    /// <summary>As <see cref="Step"/>, for statements of the platform: the authorizer may be asked again when the schema has changed.</summary>
    public bool StepTrusted()
    {
        connection.Authorizer.Trusted = true;
        try
        {
            return Step();
        }
        finally
        {
            connection.Authorizer.Trusted = false;
        }
    }

    /// <summary>Runs a statement of the platform that returns no rows.</summary>
    public void Run()
    {
        StepTrusted();
        Reset();
    }

    public SqlType Type(int column) => SqliteNative.sqlite3_column_type(_handle, column) switch
    {
        raw.SQLITE_INTEGER => SqlType.Integer,
        raw.SQLITE_FLOAT => SqlType.Real,
        raw.SQLITE_TEXT => SqlType.Text,
        raw.SQLITE_BLOB => SqlType.Blob,
        _ => SqlType.Null,
    };

    public long Int64(int column) => SqliteNative.sqlite3_column_int64(_handle, column);

    public double Number(int column) => SqliteNative.sqlite3_column_double(_handle, column);

    public ReadOnlySpan<byte> Bytes(int column)
    {
        var bytes = SqliteNative.sqlite3_column_blob(_handle, column);
        return new ReadOnlySpan<byte>(bytes, SqliteNative.sqlite3_column_bytes(_handle, column));
    }

    /// <summary>Ends reading; the parameters are unbound.</summary>
    public void Reset()
    {
        // Its result repeats the error of the last step, which has been reported.
        _ = SqliteNative.sqlite3_reset(_handle);
        _ = SqliteNative.sqlite3_clear_bindings(_handle);
        _ = SqliteNative.sqlite3_stmt_status(_handle, SqliteNative.StatusFullScanSteps, 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0) _ = SqliteNative.sqlite3_finalize(_handle);
        _handle = 0;
    }

    private SqlStatement Check(int result) => result == raw.SQLITE_OK ? this : throw connection.Error(result);
}
