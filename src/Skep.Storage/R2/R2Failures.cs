using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.R2;

/// <summary>What callers are told when the disk or SQLite fails; the operator hears the rest.</summary>
internal static class R2Failures
{
    // https://man7.org/linux/man-pages/man3/errno.3.html
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int OverQuota = 122;

    private const string Full = "The bucket has no room left: its disk or its quota is full.";
    private const string Damaged = "The bucket's files are damaged and have to be restored from a backup.";
    private const string Closed = "The bucket's files cannot be opened or written; the server's log says why.";

    public static R2Exception OutOfRoom(Exception? inner = null) => new(507, R2ErrorCodes.Internal, Full, inner);

    public static R2Exception Translate(Exception failure) => failure switch
    {
        R2Exception known => known,
        SqliteException sqlite => (sqlite.Code & 0xff) switch
        {
            raw.SQLITE_FULL => OutOfRoom(sqlite),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Internal(Damaged, sqlite),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => Internal(Closed, sqlite),
            _ => Internal($"The bucket failed (SQLite {sqlite.Code}); the server's log says why.", sqlite),
        },
        FileNotFoundException or DirectoryNotFoundException or EndOfStreamException => Internal(Damaged, failure),
        UnauthorizedAccessException => Internal(Closed, failure),
        IOException { HResult: NoSpace or OverQuota } => OutOfRoom(failure),
        IOException { HResult: ReadOnlyFileSystem } => Internal(Closed, failure),
        _ => Internal("The bucket failed; the server's log says why.", failure),
    };

    private static R2Exception Internal(string message, Exception inner) => new(500, R2ErrorCodes.Internal, message, inner);
}
