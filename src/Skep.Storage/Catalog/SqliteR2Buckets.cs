using System.Collections.Immutable;
using System.Text.Json;
using Skep.Abstractions.Catalog;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The R2 buckets of the catalog.</summary>
/// <param name="log">Adds a line to the audit log, in the same transaction.</param>
internal sealed class SqliteR2Buckets(SqliteDatabase database, Action<AuditEntry> log) : IR2Buckets
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<R2BucketEntry>> ListBucketsAsync() => new(Read("SELECT record FROM r2_bucket ORDER BY name", static _ => { }));

    /// <inheritdoc/>
    public ValueTask<R2BucketEntry?> FindBucketAsync(string name) =>
        new(Read("SELECT record FROM r2_bucket WHERE name = ?", statement => statement.Bind(1, name)).FirstOrDefault());

    /// <inheritdoc/>
    public ValueTask<bool> AddBucketAsync(R2BucketEntry added, AuditEntry audit) => new(database.Transaction(() =>
        Log(database.Prepare("INSERT INTO r2_bucket (name, record) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1").Bind(1, added.Name).Bind(2, Write(added)), audit)));

    /// <inheritdoc/>
    public ValueTask<bool> ChangeBucketAsync(R2BucketEntry changed, AuditEntry audit) => new(database.Transaction(() =>
        Log(database.Prepare("UPDATE r2_bucket SET record = ?2 WHERE name = ?1 RETURNING 1").Bind(1, changed.Name).Bind(2, Write(changed)), audit)));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveBucketAsync(string name, AuditEntry audit) => new(database.Transaction(() =>
        Log(database.Prepare("DELETE FROM r2_bucket WHERE name = ? RETURNING 1").Bind(1, name), audit)));

    private static string Write(R2BucketEntry entry) => JsonSerializer.Serialize(entry, CatalogRecords.Default.R2BucketEntry);

    /// <summary>Runs a change; when it has changed anything, that is logged.</summary>
    private bool Log(SqliteStatement change, AuditEntry audit)
    {
        var changed = change.Step();
        change.Run();
        if (changed) log(audit);
        return changed;
    }

    private ImmutableArray<R2BucketEntry> Read(string sql, Action<SqliteStatement> bind)
    {
        lock (database.Gate)
        {
            var statement = database.Prepare(sql);
            bind(statement);
            var found = ImmutableArray.CreateBuilder<R2BucketEntry>();
            while (statement.Step()) found.Add(JsonSerializer.Deserialize(statement.Blob(0), CatalogRecords.Default.R2BucketEntry)!);
            statement.Reset();
            return found.ToImmutable();
        }
    }
}
