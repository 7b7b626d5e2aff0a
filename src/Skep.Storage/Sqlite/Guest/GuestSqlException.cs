namespace Skep.Storage.Sqlite.Guest;

/// <summary>A statement that a user wrote failed, or was refused.</summary>
/// <param name="code">SQLite's extended result code.</param>
/// <param name="message">In Cloudflare's form: <c>no such table: t: SQLITE_ERROR</c>.</param>
internal sealed class GuestSqlException(int code, string message) : Exception(message)
{
    /// <summary>SQLite's extended result code.</summary>
    public int Code => code;
}
