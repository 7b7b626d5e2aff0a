using System.Text;
using SQLitePCL;

namespace Skep.Storage.Sqlite;

/// <summary>A compiled statement. Parameters are numbered from 1, columns from 0.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt statement) : IDisposable
{
    // An empty array has no address, and that would be NULL.
    public SqliteStatement Bind(int index, string value) =>
        Check(value.Length == 0 ? raw.sqlite3_bind_text(statement, index, "") : raw.sqlite3_bind_text(statement, index, Encoding.UTF8.GetBytes(value)));

    public SqliteStatement Bind(int index, long value) => Check(raw.sqlite3_bind_int64(statement, index, value));

    public SqliteStatement Bind(int index, double value) => Check(raw.sqlite3_bind_double(statement, index, value));

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value) =>
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, value));

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        return result switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Failed(result),
        };
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    public void Run()
    {
        while (Step())
        {
        }

        Reset();
    }

    // As bytes: text may contain the character that C ends strings with.
    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    public double Double(int column) => raw.sqlite3_column_double(statement, column);

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>Ends reading; the parameters are unbound.</summary>
    public void Reset()
    {
        // Its result repeats the error of the last step, which has been reported.
        _ = raw.sqlite3_reset(statement);
        _ = raw.sqlite3_clear_bindings(statement);
    }

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    private SqliteStatement Check(int result) => result == raw.SQLITE_OK ? this : throw Failed(result);

    private SqliteException Failed(int result)
    {
        var error = database.Error(result);
        Reset();
        return error;
    }
}
