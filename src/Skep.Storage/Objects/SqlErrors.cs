using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.Guest;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>SQLite's errors as JavaScript is told them: its text, the place, and the name of the code.</summary>
internal static class SqlErrors
{
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
            _ => $"The Durable Object's storage failed ({SqliteErrorNames.OfFamily(failure.Code)}); the server's log says why.",
        };
        return new ObjectStorageException(ObjectStorageError.Failed, text, failure);
    }

    /// <summary>With the file, which the text for a worker does not have, and what can be done; for the operator.</summary>
    public static Exception ToldOperator(string path, SqliteException failure) =>
        IsFailure(failure.Code) ? failure : new IOException($"{path}: {failure.Message}{FileTrouble.Remedy(failure.Code)}", failure);

    /// <summary>What SQLite says, the place in the statement, and the names of the code.</summary>
    public static string Describe(string text, int offset, int code)
    {
        var place = offset >= 0 ? $" at offset {offset}" : "";
        return $"{text}{place}: {SqliteErrorNames.OfFamily(code)}{(SqliteErrorNames.OfExtended(code) is { } extended ? $" (extended: {extended})" : "")}";
    }
}
