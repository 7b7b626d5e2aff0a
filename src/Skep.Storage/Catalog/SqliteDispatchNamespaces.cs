using System.Collections.Immutable;
using System.Text.Json;
using Skep.Abstractions.Catalog;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The dispatch namespaces of the catalog.</summary>
/// <param name="log">Adds a line to the audit log, in the same transaction.</param>
internal sealed class SqliteDispatchNamespaces(SqliteDatabase database, Action<AuditEntry> log) : IDispatchNamespaces
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<DispatchNamespace>> ListAsync() => new(Read("SELECT record FROM dispatch_namespace ORDER BY name", static _ => { }));

    /// <inheritdoc/>
    public ValueTask<DispatchNamespace?> FindAsync(string name) => new(FindByName(name));

    /// <inheritdoc/>
    public ValueTask<DispatchNamespace?> AddAsync(string name, AuditEntry audit) => new(database.Transaction(() =>
    {
        if (FindByName(name) is not null) return null;
        var id = name;
        // One that was renamed keeps the id, and with it its scripts.
        for (var number = 2; FindById(id) is not null; number++) id = $"{name}~{number}";
        DispatchNamespace added = new() { Id = id, Name = name, CreatedOn = audit.Time, CreatedBy = audit.Actor, ModifiedOn = audit.Time, ModifiedBy = audit.Actor };
        database.Prepare("INSERT INTO dispatch_namespace (id, name, record) VALUES (?, ?, ?)").Bind(1, id).Bind(2, name).Bind(3, Write(added)).Run();
        log(audit);
        return added;
    }));

    /// <inheritdoc/>
    public ValueTask<bool?> RenameAsync(string id, string name, AuditEntry audit) => new(database.Transaction(() =>
    {
        if (FindById(id) is not { } known) return null;
        if (known.Name == name) return (bool?)true;
        if (FindByName(name) is not null) return false;
        var renamed = known with { Name = name, ModifiedOn = audit.Time, ModifiedBy = audit.Actor };
        database.Prepare("UPDATE dispatch_namespace SET name = ?, record = ? WHERE id = ?").Bind(1, name).Bind(2, Write(renamed)).Bind(3, id).Run();
        log(audit);
        return true;
    }));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string id, AuditEntry audit) => new(database.Transaction(() =>
    {
        if (FindById(id) is null) return false;
        database.Prepare("DELETE FROM dispatch_namespace WHERE id = ?").Bind(1, id).Run();
        log(audit);
        return true;
    }));

    private static string Write(DispatchNamespace record) => JsonSerializer.Serialize(record, CatalogRecords.Default.DispatchNamespace);

    private DispatchNamespace? FindByName(string name) =>
        Read("SELECT record FROM dispatch_namespace WHERE name = ?", statement => statement.Bind(1, name)).FirstOrDefault();

    private DispatchNamespace? FindById(string id) =>
        Read("SELECT record FROM dispatch_namespace WHERE id = ?", statement => statement.Bind(1, id)).FirstOrDefault();

    private ImmutableArray<DispatchNamespace> Read(string sql, Action<SqliteStatement> bind)
    {
        lock (database.Gate)
        {
            var statement = database.Prepare(sql);
            bind(statement);
            var found = ImmutableArray.CreateBuilder<DispatchNamespace>();
            while (statement.Step()) found.Add(JsonSerializer.Deserialize(statement.Blob(0), CatalogRecords.Default.DispatchNamespace)!);
            statement.Reset();
            return found.ToImmutable();
        }
    }
}
