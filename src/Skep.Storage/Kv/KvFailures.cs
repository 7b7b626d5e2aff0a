using Skep.Abstractions.Kv;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Kv;

/// <summary>What callers are told when SQLite fails; the operator hears the rest.</summary>
internal static class KvFailures
{
    public static KvException Translate(Exception failure) => failure switch
    {
        KvException known => known,
        SqliteException sqlite => (sqlite.Code & 0xff) switch
        {
            raw.SQLITE_FULL => new KvException(507, "The namespace has no room left: its disk or its quota is full.", sqlite),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new KvException(500, "The namespace's file is damaged and has to be restored from a backup.", sqlite),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => new KvException(500, "The namespace's file cannot be opened or written; the server's log says why.", sqlite),
            _ => new KvException(500, $"The namespace failed (SQLite {sqlite.Code}); the server's log says why.", sqlite),
        },
        _ => new KvException(500, "The namespace failed; the server's log says why.", failure),
    };
}
