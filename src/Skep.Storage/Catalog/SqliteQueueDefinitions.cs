using System.Text.Json;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The queues of the catalog.</summary>
/// <param name="log">Adds a line to the audit log, in the same transaction.</param>
internal sealed class SqliteQueueDefinitions(SqliteDatabase database, Action<AuditEntry> log) : IQueueDefinitions
{
    /// <inheritdoc/>
    public IReadOnlyList<QueueDefinition> ListQueues()
    {
        lock (database.Gate)
        {
            var statement = database.Prepare("SELECT record FROM queue ORDER BY name");
            List<QueueDefinition> found = [];
            while (statement.Step()) found.Add(JsonSerializer.Deserialize(statement.Blob(0), CatalogRecords.Default.QueueDefinition)!);
            statement.Reset();
            return found;
        }
    }

    /// <inheritdoc/>
    public void PutQueue(QueueDefinition queue, AuditEntry audit) => database.Transaction(() =>
    {
        database.Prepare("INSERT INTO queue (id, name, record) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, record = excluded.record")
            .Bind(1, queue.Id).Bind(2, queue.Name).Bind(3, JsonSerializer.Serialize(queue, CatalogRecords.Default.QueueDefinition)).Run();
        log(audit);
        return 0;
    });

    /// <inheritdoc/>
    public void RemoveQueue(string id, AuditEntry audit) => database.Transaction(() =>
    {
        database.Prepare("DELETE FROM queue WHERE id = ?").Bind(1, id).Run();
        log(audit);
        return 0;
    });
}
