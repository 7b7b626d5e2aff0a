namespace Skep.Storage.Sqlite;

/// <summary>SQLite refused or failed.</summary>
/// <param name="code">SQLite's (extended) result code, https://sqlite.org/rescode.html.</param>
public sealed class SqliteException(int code, string message) : IOException(message)
{
    /// <summary>SQLite's (extended) result code.</summary>
    public int Code { get; } = code;
}
