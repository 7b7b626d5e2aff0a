using System.Collections.Frozen;

namespace Skep.Storage.Sqlite.Guest;

/// <summary>The names of SQLite's result codes (https://sqlite.org/rescode.html), which stand in error messages.</summary>
internal static class SqliteErrorNames
{
    private static readonly string[] Primary =
    [
        "OK", "ERROR", "INTERNAL", "PERM", "ABORT", "BUSY", "LOCKED", "NOMEM", "READONLY", "INTERRUPT", "IOERR", "CORRUPT", "NOTFOUND", "FULL", "CANTOPEN",
        "PROTOCOL", "EMPTY", "SCHEMA", "TOOBIG", "CONSTRAINT", "MISMATCH", "MISUSE", "NOLFS", "AUTH", "FORMAT", "RANGE", "NOTADB", "NOTICE", "WARNING",
    ];

    // By family: a code is its family's with the place in the list, from one, above the lowest eight bits.
    private static readonly FrozenDictionary<int, string[]> Extended = new Dictionary<int, string[]>
    {
        [1] = ["ERROR_MISSING_COLLSEQ", "ERROR_RETRY", "ERROR_SNAPSHOT"],
        [11] = ["CORRUPT_VTAB", "CORRUPT_SEQUENCE", "CORRUPT_INDEX"],
        [19] =
        [
            "CONSTRAINT_CHECK", "CONSTRAINT_COMMITHOOK", "CONSTRAINT_FOREIGNKEY", "CONSTRAINT_FUNCTION", "CONSTRAINT_NOTNULL", "CONSTRAINT_PRIMARYKEY",
            "CONSTRAINT_TRIGGER", "CONSTRAINT_UNIQUE", "CONSTRAINT_VTAB", "CONSTRAINT_ROWID", "CONSTRAINT_PINNED", "CONSTRAINT_DATATYPE",
        ],
        [23] = ["AUTH_USER"],
    }.ToFrozenDictionary();

    /// <summary>The family of a code, such as <c>SQLITE_CONSTRAINT</c>.</summary>
    public static string OfFamily(int code) => (code & 0xff) is var family && family < Primary.Length ? "SQLITE_" + Primary[family] : "SQLITE_UNKNOWN";

    /// <summary>The extended code's own name, such as <c>SQLITE_CONSTRAINT_UNIQUE</c>; null when it has none.</summary>
    public static string? OfExtended(int code) =>
        code > 0xff && Extended.TryGetValue(code & 0xff, out var names) && code >> 8 <= names.Length ? "SQLITE_" + names[(code >> 8) - 1] : null;
}
