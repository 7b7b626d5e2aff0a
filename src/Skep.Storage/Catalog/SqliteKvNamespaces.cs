using System.Collections.Immutable;
using Skep.Abstractions.Catalog;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The KV namespaces of the catalog.</summary>
/// <param name="log">Adds a line to the audit log, in the same transaction.</param>
internal sealed class SqliteKvNamespaces(SqliteDatabase database, Action<AuditEntry> log) : IKvNamespaces
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KvNamespace>> ListNamespacesAsync() =>
        new(Read("SELECT id, title FROM kv_namespace ORDER BY title, id", static _ => { }));

    /// <inheritdoc/>
    public ValueTask<KvNamespace?> FindNamespaceAsync(string id) =>
        new(Read("SELECT id, title FROM kv_namespace WHERE id = ?", statement => statement.Bind(1, id)).FirstOrDefault());

    /// <inheritdoc/>
    public ValueTask<bool> AddNamespaceAsync(KvNamespace added, AuditEntry audit) => new(database.Transaction(() =>
    {
        if (IsTaken(added.Title)) return false;
        database.Prepare("INSERT INTO kv_namespace (id, title) VALUES (?, ?)").Bind(1, added.Id).Bind(2, added.Title).Run();
        log(audit);
        return true;
    }));

    /// <inheritdoc/>
    public ValueTask<bool?> RenameNamespaceAsync(string id, string title, AuditEntry audit) => new(database.Transaction(() =>
    {
        if (Read("SELECT id, title FROM kv_namespace WHERE id = ?", statement => statement.Bind(1, id)) is not [var known]) return null;
        if (known.Title == title) return (bool?)true;
        if (IsTaken(title)) return false;
        database.Prepare("UPDATE kv_namespace SET title = ? WHERE id = ?").Bind(1, title).Bind(2, id).Run();
        log(audit);
        return true;
    }));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveNamespaceAsync(string id, AuditEntry audit) => new(database.Transaction(() =>
    {
        var removal = database.Prepare("DELETE FROM kv_namespace WHERE id = ? RETURNING 1").Bind(1, id);
        var found = removal.Step();
        removal.Run();
        if (found) log(audit);
        return found;
    }));

    private bool IsTaken(string title) => Read("SELECT id, title FROM kv_namespace WHERE title = ?", statement => statement.Bind(1, title)).Length > 0;

    private ImmutableArray<KvNamespace> Read(string sql, Action<SqliteStatement> bind)
    {
        lock (database.Gate)
        {
            var statement = database.Prepare(sql);
            bind(statement);
            var found = ImmutableArray.CreateBuilder<KvNamespace>();
            while (statement.Step()) found.Add(new KvNamespace(statement.Text(0), statement.Text(1)));
            statement.Reset();
            return found.ToImmutable();
        }
    }
}
