using System.Runtime.InteropServices;

namespace Skep.Storage.Sqlite;

/// <summary>SQLite's C interface, for what runs on the path of requests and for what the package does not offer
/// (https://sqlite.org/c3ref/funclist.html). <see cref="SqliteLibrary.Ensure"/> comes first.</summary>
internal static unsafe partial class SqliteNative
{
    public const string Library = "skep-sqlite3";

    /// <summary>SQLITE_TRANSIENT: SQLite makes a copy.</summary>
    public static readonly nint Transient = -1;

    [LibraryImport(Library)]
    public static partial int sqlite3_open_v2(byte* path, out nint database, int flags, byte* vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_exec(nint database, byte* sql, nint callback, nint state, nint message);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_error_offset(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_errcode(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_result_codes(nint database, int on);

    [LibraryImport(Library)]
    public static partial int sqlite3_get_autocommit(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_total_changes(nint database);

    [LibraryImport(Library)]
    public static partial int sqlite3_limit(nint database, int id, int value);

    // Variadic in C: the integers and the pointer travel in the same registers on every platform that Skep runs on but Apple's.
    [LibraryImport(Library)]
    public static partial int sqlite3_db_config(nint database, int option, int value, nint result);

    [LibraryImport(Library)]
    public static partial int sqlite3_set_authorizer(nint database, delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, int> authorizer, nint state);

    [LibraryImport(Library)]
    public static partial void sqlite3_progress_handler(nint database, int instructions, delegate* unmanaged<nint, int> handler, nint state);

    [LibraryImport(Library)]
    public static partial nint sqlite3_wal_hook(nint database, delegate* unmanaged<nint, nint, byte*, int, int> hook, nint state);

    [LibraryImport(Library)]
    public static partial int sqlite3_wal_checkpoint_v2(nint database, byte* name, int mode, out int frames, out int copied);

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(nint database, byte* sql, int length, uint flags, out nint statement, out byte* tail);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_clear_bindings(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_stmt_readonly(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_stmt_busy(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_stmt_status(nint statement, int counter, int reset);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_parameter_count(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_double(nint statement, int index, double value);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_text(nint statement, int index, byte* text, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_blob(nint statement, int index, byte* bytes, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_column_count(nint statement);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_name(nint statement, int column);

    [LibraryImport(Library)]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library)]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library)]
    public static partial double sqlite3_column_double(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library)]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    /// <summary>Text that C ends with a zero.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
