using SQLitePCL;

namespace Skep.Storage.Sqlite;

/// <summary>One SQLite file, used by one thread at a time: callers take <see cref="Gate"/>. Write-ahead log; a transaction that
/// was committed is on the disk.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    /// <summary>Opens the file, creates it when there is none, and brings its schema up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The steps of the schema, oldest first; those that the file has been through are skipped.</param>
    /// <param name="create">Makes the file when there is none.</param>
    /// <exception cref="SqliteException">It cannot be opened, is damaged, or was written by a newer program.</exception>
    public SqliteDatabase(string path, IReadOnlyList<string> schema, bool create = true)
    {
        SqliteLibrary.Ensure();
        if (!create) FileTrouble.ThrowIfEmptied(path);
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var opened = raw.sqlite3_open_v2(path, out _connection, flags, null);
        if (opened != raw.SQLITE_OK)
        {
            var code = FileTrouble.Refine(opened, _connection);
            var message = $"{path} cannot be opened: {raw.sqlite3_errmsg(_connection).utf8_to_string()}{FileTrouble.Remedy(code)}";
            _connection.Dispose();
            throw new SqliteException(code, message);
        }

        Path = path;
        try
        {
            _ = raw.sqlite3_extended_result_codes(_connection, 1);
            _ = raw.sqlite3_busy_timeout(_connection, 10_000);
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
            Migrate(schema);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>SQLite's own handle, for what is done once after opening.</summary>
    public sqlite3 Connection => _connection;

    /// <summary>Held by whoever uses the database.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Runs statements that return nothing.</summary>
    public void Execute(string sql)
    {
        var result = raw.sqlite3_exec(_connection, sql);
        if (result != raw.SQLITE_OK) throw Error(result);
    }

    /// <summary>The statement, compiled once and reset; bind, step, and leave it.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var known))
        {
            known.Reset();
            return known;
        }

        var result = raw.sqlite3_prepare_v2(_connection, sql, out var compiled);
        if (result != raw.SQLITE_OK) throw Error(result);
        return _statements[sql] = new SqliteStatement(this, compiled);
    }

    /// <summary>Runs <paramref name="work"/> in one transaction: when it throws, nothing happened.</summary>
    public T Transaction<T>(Func<T> work)
    {
        lock (Gate)
        {
            Execute("BEGIN IMMEDIATE");
            try
            {
                var result = work();
                Execute("COMMIT");
                return result;
            }
            catch
            {
                foreach (var statement in _statements.Values) statement.Reset();
                // A full disk may have rolled it back already; the error to report is the first.
                if (raw.sqlite3_get_autocommit(_connection) == 0) Execute("ROLLBACK");
                throw;
            }
        }
    }

    /// <summary>The error that the last call left.</summary>
    public SqliteException Error(int code)
    {
        var refined = FileTrouble.Refine(code, _connection);
        return new(refined, $"{Path}: {raw.sqlite3_errmsg(_connection).utf8_to_string()} ({raw.sqlite3_errstr(refined).utf8_to_string()}){FileTrouble.Remedy(refined)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            foreach (var statement in _statements.Values) statement.Dispose();
            _statements.Clear();
            _connection.Dispose();
        }
    }

    private void Migrate(IReadOnlyList<string> schema)
    {
        var version = Prepare("PRAGMA user_version");
        version.Step();
        var done = (int)version.Int64(0);
        version.Reset();
        if (done > schema.Count)
            throw new SqliteException(raw.SQLITE_SCHEMA, $"{Path} was written by a newer version of Skep (schema {done}, this one knows {schema.Count}). Use that version, or restore a backup.");
        for (var step = done; step < schema.Count; step++)
        {
            var next = step + 1;
            Transaction(() =>
            {
                Execute(schema[next - 1]);
                Execute($"PRAGMA user_version = {next}");
                return 0;
            });
        }
    }
}
