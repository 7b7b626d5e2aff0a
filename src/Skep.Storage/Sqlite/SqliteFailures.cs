using SQLitePCL;

namespace Skep.Storage.Sqlite;

/// <summary>What callers are told when SQLite fails; the operator hears the rest.</summary>
internal static class SqliteFailures
{
    /// <summary>An HTTP status and a message without paths.</summary>
    /// <param name="what">What is in the file, such as <c>namespace</c>.</param>
    /// <param name="failure">What happened.</param>
    public static (int Status, string Message) Describe(string what, Exception failure) => FileTrouble.CodeOf(failure) is var code && code == 0
        ? (500, $"The {what} failed; the server's log says why.")
        : (code & 0xff) switch
        {
            raw.SQLITE_FULL => (507, $"The {what} has no room left: its disk or its quota is full."),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => (500, $"The {what}'s file is damaged and has to be restored from a backup."),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => (500, $"The {what}'s file cannot be opened or written; the server's log says why."),
            _ => (500, $"The {what} failed (SQLite {code}); the server's log says why."),
        };
}
