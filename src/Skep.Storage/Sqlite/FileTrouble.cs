using Skep.Storage.Sqlite.Guest;
using SQLitePCL;

namespace Skep.Storage.Sqlite;

/// <summary>Why a file fails, and what its operator can do about it.</summary>
internal static class FileTrouble
{
    // https://man7.org/linux/man-pages/man3/errno.3.html
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int OverQuota = 122;

    /// <summary>SQLite's code or, where that only says that reading or writing failed, the one for the system's reason.</summary>
    /// <param name="code">The (extended) result code of the last call.</param>
    /// <param name="connection">The connection that it was made on; 0 when there is none.</param>
    public static int Refine(int code, nint connection) =>
        SaysWhy(code) || connection == 0 ? code : OfSystem(SqliteNative.sqlite3_system_errno(connection)) is not 0 and var told ? told : code;

    /// <inheritdoc cref="Refine(int, nint)"/>
    public static int Refine(int code, sqlite3 connection) =>
        SaysWhy(code) ? code : OfSystem(SqliteNative.sqlite3_system_errno_of(connection)) is not 0 and var told ? told : code;

    /// <summary>SQLite's code for what failed; 0 when it has none.</summary>
    public static int CodeOf(Exception failure) => failure switch
    {
        SqliteException sqlite => sqlite.Code,
        UnauthorizedAccessException => raw.SQLITE_PERM,
        IOException io => OfSystem(io.HResult),
        _ => 0,
    };

    /// <summary>SQLite takes a file without a byte for a new one, and removes its log. One that was made before has a head.</summary>
    /// <exception cref="SqliteException">What was in the file is lost.</exception>
    public static void ThrowIfEmptied(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 }) throw new SqliteException(raw.SQLITE_NOTADB, $"{path} is empty: what was in it is lost{Remedy(raw.SQLITE_NOTADB)}");
    }

    /// <summary>What the operator can do, as the end of a message; empty when nothing is known.</summary>
    public static string Remedy(int code) => (code & 0xff) switch
    {
        raw.SQLITE_FULL => ". Make room on its disk: what was acknowledged is there, and writing goes on by itself.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => ". The file is damaged: restore it from a backup (skep restore). skep doctor examines all files.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => ". Let the user that skep runs as read and write the file and its folder.",
        _ => "",
    };

    private static bool SaysWhy(int code) => (code & 0xff) is not (raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN);

    private static int OfSystem(int errno) => errno switch
    {
        NoSpace or OverQuota => raw.SQLITE_FULL,
        ReadOnlyFileSystem => raw.SQLITE_READONLY,
        _ => 0,
    };
}
