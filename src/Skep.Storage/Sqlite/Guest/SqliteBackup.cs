using System.Text;

namespace Skep.Storage.Sqlite.Guest;

/// <summary>Copies a whole database over another (https://sqlite.org/backup.html).</summary>
internal static unsafe class SqliteBackup
{
    /// <summary>Makes an open database what a file is, in one transaction. Nobody may have the file open.</summary>
    /// <returns>SQLite's code.</returns>
    public static int Copy(string path, nint to)
    {
        nint from;
        fixed (byte* name = Encoding.UTF8.GetBytes($"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1\0"))
        {
            // Nobody else has it: no locks, no log.
            if (SqliteNative.sqlite3_open_v2(name, out from, 0x1 | SqliteNative.OpenUri | SqliteNative.OpenNoMutex, null) is not SqliteNative.Ok and var code)
            {
                _ = SqliteNative.sqlite3_close_v2(from);
                return code;
            }
        }

        try
        {
            fixed (byte* main = "main\0"u8)
            {
                var backup = SqliteNative.sqlite3_backup_init(to, main, from, main);
                if (backup == 0) return SqliteNative.Error;
                var step = SqliteNative.sqlite3_backup_step(backup, -1);
                var finished = SqliteNative.sqlite3_backup_finish(backup);
                return step == SqliteNative.Done ? SqliteNative.Ok : finished == SqliteNative.Ok ? step : finished;
            }
        }
        finally
        {
            _ = SqliteNative.sqlite3_close_v2(from);
        }
    }
}
