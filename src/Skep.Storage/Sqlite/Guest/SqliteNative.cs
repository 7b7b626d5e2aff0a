using System.Runtime.InteropServices;

namespace Skep.Storage.Sqlite.Guest;

/// <summary>SQLite's C interface, as far as statements of others need it: without a copy of what is bound and read.</summary>
internal static unsafe partial class SqliteNative
{
    public const string Library = "sqlite3";

    public const int Ok = 0;
    public const int Error = 1;
    public const int Row = 100;
    public const int Done = 101;
    public const int Deny = 1;
    public const int Interrupt = 9;
    public const int Full = 13;
    public const int TooBig = 18;
    public const int Constraint = 19;
    public const int Auth = 23;
    public const int Busy = 5;

    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x4;
    public const int OpenUri = 0x40;
    public const int OpenNoMutex = 0x8000;
    public const int PreparePersistent = 1;

    public const int TypeInteger = 1;
    public const int TypeFloat = 2;
    public const int TypeText = 3;
    public const int TypeBlob = 4;
    public const int TypeNull = 5;

    public const int LimitLength = 0;
    public const int LimitSqlLength = 1;
    public const int LimitColumn = 2;
    public const int LimitExpressionDepth = 3;
    public const int LimitCompoundSelect = 4;
    public const int LimitProgram = 5;
    public const int LimitFunctionArguments = 6;
    public const int LimitAttached = 7;
    public const int LimitLikePattern = 8;
    public const int LimitVariables = 9;
    public const int LimitTriggerDepth = 10;
    public const int LimitWorkerThreads = 11;

    public const int ConfigForeignKeys = 1002;
    public const int ConfigNoCheckpointOnClose = 1006;
    public const int ConfigDefensive = 1010;
    public const int ConfigTrustedSchema = 1017;

    public const int StatusFullScanSteps = 1;
    public const int StatusRePrepared = 5;
    public const int DatabaseDeferredForeignKeys = 10;

    public const int CheckpointTruncate = 3;

    [LibraryImport(Library)]
    public static partial int sqlite3_open_v2(byte* path, out nint connection, int flags, byte* vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint connection);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_result_codes(nint connection, int on);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(nint connection, int milliseconds);

    [LibraryImport(Library)]
    public static partial int sqlite3_limit(nint connection, int limit, int value);

    // Variable arguments, which these platforms pass as any others.
    [LibraryImport(Library)]
    public static partial int sqlite3_db_config(nint connection, int option, int value, out int now);

    [LibraryImport(Library)]
    public static partial int sqlite3_db_status(nint connection, int option, out int current, out int highest, int reset);

    [LibraryImport(Library)]
    public static partial int sqlite3_set_authorizer(nint connection, delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, int> authorize, nint state);

    [LibraryImport(Library)]
    public static partial void sqlite3_progress_handler(nint connection, int operations, delegate* unmanaged<nint, int> progress, nint state);

    [LibraryImport(Library)]
    public static partial nint sqlite3_wal_hook(nint connection, delegate* unmanaged<nint, nint, byte*, int, int> hook, nint state);

    [LibraryImport(Library)]
    public static partial int sqlite3_wal_checkpoint_v2(nint connection, byte* schema, int mode, out int frames, out int moved);

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(nint connection, byte* sql, int length, uint flags, out nint statement, out byte* tail);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_clear_bindings(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_stmt_readonly(nint statement);

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
    public static partial int sqlite3_bind_zeroblob(nint statement, int index, int length);

    [LibraryImport(Library)]
    public static partial int sqlite3_column_count(nint statement);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_name(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_column_type(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial double sqlite3_column_double(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(nint connection);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errstr(int code);

    [LibraryImport(Library)]
    public static partial int sqlite3_error_offset(nint connection);

    [LibraryImport(Library)]
    public static partial int sqlite3_system_errno(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_system_errno")]
    public static partial int sqlite3_system_errno_of(SafeHandle connection);

    [LibraryImport(Library)]
    public static partial int sqlite3_db_readonly(nint connection, byte* name);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_get_autocommit(nint connection);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial long sqlite3_total_changes64(nint connection);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial long sqlite3_last_insert_rowid(nint connection);

    [LibraryImport(Library)]
    public static partial nint sqlite3_backup_init(nint to, byte* toName, nint from, byte* fromName);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_step(nint backup, int pages);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_finish(nint backup);
}
