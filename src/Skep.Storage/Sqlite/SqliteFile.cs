using SQLitePCL;

namespace Skep.Storage.Sqlite;

/// <summary>A SQLite file as its operator sees it: to copy and to examine, also while a server uses it.</summary>
public static class SqliteFile
{
    /// <summary>The version of the system's SQLite.</summary>
    /// <exception cref="DllNotFoundException">SQLite is not installed.</exception>
    public static string LibraryVersion()
    {
        SqliteLibrary.Ensure();
        return raw.sqlite3_libversion().utf8_to_string();
    }

    /// <summary>Writes the state of one moment to a new file.</summary>
    /// <exception cref="SqliteException">It cannot be read or written.</exception>
    public static void Copy(string from, string to)
    {
        using var source = Open(from);
        var result = raw.sqlite3_prepare_v2(source, "VACUUM INTO ?", out var statement);
        if (result == raw.SQLITE_OK)
        {
            using (statement)
            {
                raw.sqlite3_bind_text(statement, 1, to);
                result = raw.sqlite3_step(statement);
            }
        }

        if (result != raw.SQLITE_DONE) throw Error(source, from, result);
    }

    /// <summary>What is wrong with the file, one line each; nothing when it is sound.</summary>
    /// <exception cref="SqliteException">It cannot be read at all.</exception>
    public static IReadOnlyList<string> Examine(string path)
    {
        using var file = Open(path);
        List<string> problems = [.. Lines(file, path, "PRAGMA integrity_check").Where(line => line != "ok")];
        problems.AddRange(Lines(file, path, "PRAGMA foreign_key_check").Select(table => $"A row of {table} refers to one that is not there."));
        return problems;
    }

    /// <summary>The first column of what a query finds.</summary>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    internal static IReadOnlyList<string> Read(string path, string sql)
    {
        using var file = Open(path);
        return Lines(file, path, sql);
    }

    /// <summary>What is wrong with the structure of a file that nobody writes, one line each.</summary>
    /// <exception cref="SqliteException">It cannot be read at all.</exception>
    internal static IReadOnlyList<string> ExamineImmutable(string path)
    {
        using var file = Open($"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1", raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI);
        return [.. Lines(file, path, "PRAGMA quick_check").Where(line => line != "ok")];
    }

    private static sqlite3 Open(string path, int flags = raw.SQLITE_OPEN_READWRITE)
    {
        SqliteLibrary.Ensure();
        var result = raw.sqlite3_open_v2(path, out var file, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (result == raw.SQLITE_OK)
        {
            _ = raw.sqlite3_busy_timeout(file, 10_000);
            // Whoever looks at a file does not move its log: that belongs to its server, which may keep its history.
            _ = raw.sqlite3_db_config(file, Guest.SqliteNative.ConfigNoCheckpointOnClose, 1, out _);
            return file;
        }

        using (file) throw Error(file, path, result);
    }

    private static List<string> Lines(sqlite3 file, string path, string sql)
    {
        List<string> lines = [];
        var result = raw.sqlite3_prepare_v2(file, sql, out var statement);
        if (result != raw.SQLITE_OK) throw Error(file, path, result);
        using (statement)
        {
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW) lines.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string());
        }

        return result == raw.SQLITE_DONE ? lines : throw Error(file, path, result);
    }

    private static SqliteException Error(sqlite3 file, string path, int result) => new(result, $"{path}: {raw.sqlite3_errmsg(file).utf8_to_string()}");
}
