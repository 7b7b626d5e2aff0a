using System.Collections.Immutable;
using Skep.Abstractions.Catalog;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The D1 databases of the catalog.</summary>
/// <param name="log">Adds a line to the audit log, in the same transaction.</param>
internal sealed class SqliteD1Databases(SqliteDatabase database, Action<AuditEntry> log) : ID1Databases
{
    private const string Columns = "SELECT id, name, created FROM d1_database ";

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<D1Database>> ListDatabasesAsync() => new(Read(Columns + "ORDER BY sequence DESC", static _ => { }));

    /// <inheritdoc/>
    public ValueTask<D1Database?> FindDatabaseAsync(string idOrName) =>
        new(Read(Columns + "WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC", statement => statement.Bind(1, idOrName)).FirstOrDefault());

    /// <inheritdoc/>
    public ValueTask<bool> AddDatabaseAsync(D1Database added, AuditEntry audit) => new(database.Transaction(() =>
    {
        if (Read(Columns + "WHERE name = ?", statement => statement.Bind(1, added.Name)).Length > 0) return false;
        database.Prepare("INSERT INTO d1_database (id, name, created) VALUES (?, ?, ?)").Bind(1, added.Id).Bind(2, added.Name).Bind(3, added.CreatedOn.ToUnixTimeMilliseconds()).Run();
        log(audit);
        return true;
    }));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveDatabaseAsync(string id, AuditEntry audit) => new(database.Transaction(() =>
    {
        var removal = database.Prepare("DELETE FROM d1_database WHERE id = ? RETURNING 1").Bind(1, id);
        var found = removal.Step();
        removal.Run();
        if (found) log(audit);
        return found;
    }));

    private ImmutableArray<D1Database> Read(string sql, Action<SqliteStatement> bind)
    {
        lock (database.Gate)
        {
            var statement = database.Prepare(sql);
            bind(statement);
            var found = ImmutableArray.CreateBuilder<D1Database>();
            while (statement.Step()) found.Add(new D1Database(statement.Text(0), statement.Text(1), DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(2))));
            statement.Reset();
            return found.ToImmutable();
        }
    }
}
