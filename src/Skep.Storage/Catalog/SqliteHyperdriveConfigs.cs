using System.Collections.Immutable;
using System.Text.Json;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Hyperdrive;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The Hyperdrive configurations of the catalog.</summary>
/// <param name="log">Adds a line to the audit log, in the same transaction.</param>
internal sealed class SqliteHyperdriveConfigs(SqliteDatabase database, Action<AuditEntry> log) : IHyperdriveConfigs
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<HyperdriveConfig>> ListConfigsAsync() => new(Read("SELECT record FROM hyperdrive_config ORDER BY name, id", static _ => { }));

    /// <inheritdoc/>
    public ValueTask<HyperdriveConfig?> FindConfigAsync(string id) =>
        new(Read("SELECT record FROM hyperdrive_config WHERE id = ?", statement => statement.Bind(1, id)).FirstOrDefault());

    /// <inheritdoc/>
    public ValueTask<bool> PutConfigAsync(HyperdriveConfig config, AuditEntry audit) => new(database.Transaction(() =>
    {
        if (Read("SELECT record FROM hyperdrive_config WHERE name = ? AND id <> ?", statement => statement.Bind(1, config.Name).Bind(2, config.Id)).Length > 0) return false;
        database.Prepare("INSERT INTO hyperdrive_config (id, name, record) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, record = excluded.record")
            .Bind(1, config.Id).Bind(2, config.Name).Bind(3, JsonSerializer.Serialize(config, CatalogRecords.Default.HyperdriveConfig)).Run();
        log(audit);
        return true;
    }));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveConfigAsync(string id, AuditEntry audit) => new(database.Transaction(() =>
    {
        var removal = database.Prepare("DELETE FROM hyperdrive_config WHERE id = ? RETURNING 1").Bind(1, id);
        var found = removal.Step();
        removal.Run();
        if (found) log(audit);
        return found;
    }));

    private ImmutableArray<HyperdriveConfig> Read(string sql, Action<SqliteStatement> bind)
    {
        lock (database.Gate)
        {
            var statement = database.Prepare(sql);
            bind(statement);
            var found = ImmutableArray.CreateBuilder<HyperdriveConfig>();
            while (statement.Step()) found.Add(JsonSerializer.Deserialize(statement.Blob(0), CatalogRecords.Default.HyperdriveConfig)!);
            statement.Reset();
            return found.ToImmutable();
        }
    }
}

/// <summary>The databases of stored configurations.</summary>
/// <param name="configs">The configurations.</param>
/// <param name="cipher">Decrypts their passwords.</param>
public sealed class StoredHyperdriveOrigins(IHyperdriveConfigs configs, ISecretCipher cipher) : IHyperdriveOrigins
{
    /// <inheritdoc/>
    public async ValueTask<HyperdriveOrigin?> FindOriginAsync(string configId, CancellationToken cancellation = default) =>
        (await configs.FindConfigAsync(configId).ConfigureAwait(false))?.Origin(cipher);
}
