using Skep.Abstractions.D1;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;
using Skep.Storage.Sqlite.History;
using SQLitePCL;

namespace Skep.Storage.D1;

/// <summary>What callers are told when a query or a file fails; the operator hears the rest.</summary>
internal static class D1Failures
{
    private static readonly int[] OfTheFile =
    [
        raw.SQLITE_INTERNAL, raw.SQLITE_PERM, raw.SQLITE_BUSY, raw.SQLITE_NOMEM, raw.SQLITE_READONLY, raw.SQLITE_IOERR, raw.SQLITE_CORRUPT, raw.SQLITE_FULL, raw.SQLITE_CANTOPEN,
        raw.SQLITE_PROTOCOL, raw.SQLITE_NOTADB,
    ];

    /// <summary>Whether it is the database that fails, and not what was asked of it.</summary>
    public static bool IsOfTheFile(Exception failure) => failure switch
    {
        GuestSqlException sql => Array.IndexOf(OfTheFile, sql.Code & 0xff) >= 0,
        D1Exception or HistoryException => false,
        _ => true,
    };

    /// <summary>With the file and what can be done, for the operator.</summary>
    public static Exception ToldOperator(string path, Exception failure) =>
        failure is GuestSqlException sql ? new IOException($"{path}: {failure.Message}{FileTrouble.Remedy(sql.Code)}", failure) : failure;

    public static D1Exception Translate(Exception failure, int query = 0) => failure switch
    {
        D1Exception known => known,
        HistoryException history => new D1Exception(400, history.Message),
        GuestSqlException sql when !IsOfTheFile(sql) => new D1Exception(400, sql.Message, query, sql),
        GuestSqlException sql => OfCode(sql.Code, sql, query),
        _ when FileTrouble.CodeOf(failure) is not 0 and var code => OfCode(code, failure, query),
        _ => new D1Exception(500, "The database failed; the server's log says why.", query, failure),
    };

    private static D1Exception OfCode(int code, Exception cause, int query) => (code & 0xff) switch
    {
        raw.SQLITE_FULL => new D1Exception(507, "The database has no room left: its disk is full, or it has its maximum size. SQLITE_FULL", query, cause),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new D1Exception(500, "The database's file is damaged: go back in time or restore it from a backup. SQLITE_CORRUPT", query, cause),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => new D1Exception(500, "The database's file cannot be opened or written; the server's log says why.", query, cause),
        _ => new D1Exception(500, $"The database failed (SQLite {code}); the server's log says why.", query, cause),
    };
}
