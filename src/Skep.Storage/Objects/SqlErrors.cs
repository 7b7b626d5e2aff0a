using System.Collections.Frozen;
using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>SQLite's errors as JavaScript is told them: its text, the place, and the name of the code.</summary>
internal static class SqlErrors
{
    private static readonly FrozenDictionary<int, string> Names = new Dictionary<int, string>
    {
        [raw.SQLITE_ERROR] = "SQLITE_ERROR",
        [raw.SQLITE_INTERNAL] = "SQLITE_INTERNAL",
        [raw.SQLITE_PERM] = "SQLITE_PERM",
        [raw.SQLITE_ABORT] = "SQLITE_ABORT",
        [raw.SQLITE_BUSY] = "SQLITE_BUSY",
        [raw.SQLITE_LOCKED] = "SQLITE_LOCKED",
        [raw.SQLITE_NOMEM] = "SQLITE_NOMEM",
        [raw.SQLITE_READONLY] = "SQLITE_READONLY",
        [raw.SQLITE_INTERRUPT] = "SQLITE_INTERRUPT",
        [raw.SQLITE_IOERR] = "SQLITE_IOERR",
        [raw.SQLITE_CORRUPT] = "SQLITE_CORRUPT",
        [raw.SQLITE_NOTFOUND] = "SQLITE_NOTFOUND",
        [raw.SQLITE_FULL] = "SQLITE_FULL",
        [raw.SQLITE_CANTOPEN] = "SQLITE_CANTOPEN",
        [raw.SQLITE_PROTOCOL] = "SQLITE_PROTOCOL",
        [raw.SQLITE_EMPTY] = "SQLITE_EMPTY",
        [raw.SQLITE_SCHEMA] = "SQLITE_SCHEMA",
        [raw.SQLITE_TOOBIG] = "SQLITE_TOOBIG",
        [raw.SQLITE_CONSTRAINT] = "SQLITE_CONSTRAINT",
        [raw.SQLITE_MISMATCH] = "SQLITE_MISMATCH",
        [raw.SQLITE_MISUSE] = "SQLITE_MISUSE",
        [raw.SQLITE_NOLFS] = "SQLITE_NOLFS",
        [raw.SQLITE_AUTH] = "SQLITE_AUTH",
        [raw.SQLITE_FORMAT] = "SQLITE_FORMAT",
        [raw.SQLITE_RANGE] = "SQLITE_RANGE",
        [raw.SQLITE_NOTADB] = "SQLITE_NOTADB",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> Constraints = new Dictionary<int, string>
    {
        [raw.SQLITE_CONSTRAINT_CHECK] = "SQLITE_CONSTRAINT_CHECK",
        [raw.SQLITE_CONSTRAINT_COMMITHOOK] = "SQLITE_CONSTRAINT_COMMITHOOK",
        [raw.SQLITE_CONSTRAINT_FOREIGNKEY] = "SQLITE_CONSTRAINT_FOREIGNKEY",
        [raw.SQLITE_CONSTRAINT_FUNCTION] = "SQLITE_CONSTRAINT_FUNCTION",
        [raw.SQLITE_CONSTRAINT_NOTNULL] = "SQLITE_CONSTRAINT_NOTNULL",
        [raw.SQLITE_CONSTRAINT_PRIMARYKEY] = "SQLITE_CONSTRAINT_PRIMARYKEY",
        [raw.SQLITE_CONSTRAINT_ROWID] = "SQLITE_CONSTRAINT_ROWID",
        [raw.SQLITE_CONSTRAINT_TRIGGER] = "SQLITE_CONSTRAINT_TRIGGER",
        [raw.SQLITE_CONSTRAINT_UNIQUE] = "SQLITE_CONSTRAINT_UNIQUE",
        [raw.SQLITE_CONSTRAINT_VTAB] = "SQLITE_CONSTRAINT_VTAB",
        [raw.SQLITE_CONSTRAINT | (12 << 8)] = "SQLITE_CONSTRAINT_DATATYPE",
    }.ToFrozenDictionary();

    /// <summary>The disk or the file failed, not the statement.</summary>
    public static bool IsFailure(int code) => (code & 0xff) is
        raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_NOMEM or raw.SQLITE_PERM
        or raw.SQLITE_PROTOCOL or raw.SQLITE_MISUSE or raw.SQLITE_BUSY;

    /// <summary>What a worker is told of a failure of SQLite.</summary>
    public static ObjectStorageException Translate(SqliteException failure)
    {
        if (!IsFailure(failure.Code)) return new ObjectStorageException(ObjectStorageError.Refused, failure.Message);
        var text = (failure.Code & 0xff) switch
        {
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The Durable Object's storage is damaged and has to be restored from a backup.",
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => "The Durable Object's storage cannot be opened or written; the server's log says why.",
            _ => $"The Durable Object's storage failed ({Name(failure.Code)}); the server's log says why.",
        };
        return new ObjectStorageException(ObjectStorageError.Failed, text, failure);
    }

    public static string Name(int code) =>
        Constraints.TryGetValue(code, out var constraint) ? constraint : Names.TryGetValue(code & 0xff, out var name) ? name : $"SQLITE_UNKNOWN_ERROR_CODE({code})";
}
