using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The catalog in one SQLite file.</summary>
public sealed class SqliteCatalog : ICatalog, ITokenStore, IDisposable
{
    private const string AllNamespaces = "SELECT class.value ->> 'NamespaceId' FROM script, json_each(script.record, '$.ObjectClasses') AS class";

    private readonly SqliteDatabase _database;

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SqliteCatalog(string path)
    {
        _database = new SqliteDatabase(path, CatalogSchema.Steps);
        KvNamespaces = new SqliteKvNamespaces(_database, Log);
        D1Databases = new SqliteD1Databases(_database, Log);
        Queues = new SqliteQueueDefinitions(_database, Log);
        R2Buckets = new SqliteR2Buckets(_database, Log);
        HyperdriveConfigs = new SqliteHyperdriveConfigs(_database, Log);
        EmailRules = new SqliteEmailRules(_database, Log);
        DispatchNamespaces = new SqliteDispatchNamespaces(_database, Log);
    }

    /// <summary>The KV namespaces, in the same file.</summary>
    public IKvNamespaces KvNamespaces { get; }

    /// <summary>The D1 databases, in the same file.</summary>
    public ID1Databases D1Databases { get; }

    /// <summary>The queues, without their messages, in the same file.</summary>
    public IQueueDefinitions Queues { get; }

    /// <summary>The R2 buckets, in the same file.</summary>
    public IR2Buckets R2Buckets { get; }

    /// <summary>The Hyperdrive configurations, in the same file.</summary>
    public IHyperdriveConfigs HyperdriveConfigs { get; }

    /// <summary>The email rules, in the same file.</summary>
    public IEmailRules EmailRules { get; }

    /// <inheritdoc/>
    public IDispatchNamespaces DispatchNamespaces { get; }

    /// <inheritdoc/>
    public ValueTask<string> SettingAsync(string name, Func<string> create) => new(_database.Transaction(() =>
    {
        var known = _database.Prepare("SELECT value FROM setting WHERE name = ?").Bind(1, name);
        var value = known.Step() ? known.Text(0) : null;
        known.Reset();
        if (value is not null) return value;
        value = create();
        _database.Prepare("INSERT INTO setting (name, value) VALUES (?, ?)").Bind(1, name).Bind(2, value).Run();
        return value;
    }));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Script>> ListScriptsAsync() =>
        new(List("SELECT record FROM script ORDER BY name", CatalogRecords.Default.Script));

    /// <inheritdoc/>
    public ValueTask<Script?> FindScriptAsync(string name) =>
        new(Find("SELECT record FROM script WHERE name = ?", CatalogRecords.Default.Script, statement => statement.Bind(1, name)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScriptVersion>> ListVersionsAsync(string script, int limit) =>
        new(List(
            "SELECT record FROM version WHERE script = ? ORDER BY number DESC LIMIT ?",
            CatalogRecords.Default.ScriptVersion,
            statement => statement.Bind(1, script).Bind(2, limit)));

    /// <inheritdoc/>
    public ValueTask<ScriptVersion?> FindVersionAsync(string script, string id) =>
        new(Find(
            "SELECT record FROM version WHERE id = ? AND script = ?",
            CatalogRecords.Default.ScriptVersion,
            statement => statement.Bind(1, id).Bind(2, script)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Deployment>> ListDeploymentsAsync(string script, int limit) =>
        new(List(
            "SELECT record FROM deployment WHERE script = ? ORDER BY sequence DESC LIMIT ?",
            CatalogRecords.Default.Deployment,
            statement => statement.Bind(1, script).Bind(2, limit)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Deployment>> ListActiveDeploymentsAsync() =>
        new(List(
            "SELECT record FROM deployment WHERE sequence IN (SELECT max(sequence) FROM deployment GROUP BY script)",
            CatalogRecords.Default.Deployment));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadContentAsync(string hash)
    {
        lock (_database.Gate)
        {
            var statement = _database.Prepare("SELECT bytes FROM content WHERE hash = ?").Bind(1, hash);
            if (!statement.Step()) throw new KeyNotFoundException($"The catalog has no content {hash}.");
            var bytes = statement.Blob(0).ToArray();
            statement.Reset();
            return new(bytes);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ScriptVersion?> ApplyAsync(CatalogChange change) => new(_database.Transaction(() =>
    {
        var scripts = change.Others.Add(change.Script);
        // A class that is transferred is in another script now.
        NoteDeleted(scripts.SelectMany(script => NamespacesOf(script.Name)).Except(scripts.SelectMany(Namespaces), StringComparer.Ordinal));
        foreach (var script in scripts)
        {
            _database.Prepare("INSERT INTO script (name, record) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET record = excluded.record")
                .Bind(1, script.Name).Bind(2, Write(script, CatalogRecords.Default.Script)).Run();
        }

        var version = change.Version is { } added ? Insert(added, change) : null;
        if (change.Deployment is { } deployment)
        {
            _database.Prepare("INSERT INTO deployment (script, record) VALUES (?, ?)")
                .Bind(1, deployment.Script).Bind(2, Write(deployment, CatalogRecords.Default.Deployment)).Run();
        }

        Log(change.Audit);
        return version;
    }));

    /// <inheritdoc/>
    public ValueTask<bool> DeleteScriptAsync(string name, AuditEntry audit) => new(_database.Transaction(() =>
    {
        NoteDeleted(NamespacesOf(name));
        if (!Remove("DELETE FROM script WHERE name = ? RETURNING 1", name)) return false;
        _database.Execute("DELETE FROM content WHERE NOT EXISTS (SELECT 1 FROM version_content WHERE version_content.hash = content.hash)");
        Log(audit);
        return true;
    }));

    /// <summary>The namespaces of Durable Objects whose classes were deleted: something of them may be on the disk yet.</summary>
    public IReadOnlyList<string> ListDeletedNamespaces()
    {
        // Two deployments at the same time may have brought one back.
        return Rows($"SELECT id FROM deleted_object_namespace WHERE id NOT IN ({AllNamespaces})", bind: null, Text);
    }

    /// <summary>Nothing is left of a namespace.</summary>
    public void ForgetDeletedNamespace(string id)
    {
        lock (_database.Gate) _database.Prepare("DELETE FROM deleted_object_namespace WHERE id = ?").Bind(1, id).Run();
    }

    /// <summary>The namespaces of the classes that a catalog has, whoever has it open; nothing in it changes.</summary>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static IReadOnlyList<string> ReadNamespaces(string path) =>
        SqliteFile.Read(path, AllNamespaces);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEntry>> ListAuditAsync(int limit) =>
        new(List("SELECT record FROM audit ORDER BY sequence DESC LIMIT ?", CatalogRecords.Default.AuditEntry, statement => statement.Bind(1, limit)));

    /// <inheritdoc/>
    public ValueTask<ApiToken?> FindByHashAsync(ReadOnlyMemory<byte> hash) =>
        new(Find("SELECT record FROM token WHERE hash = ?", CatalogRecords.Default.ApiToken, statement => statement.Bind(1, hash.Span)));

    /// <inheritdoc/>
    public ValueTask<ApiToken?> FindTokenAsync(string id) =>
        new(Find("SELECT record FROM token WHERE id = ?", CatalogRecords.Default.ApiToken, statement => statement.Bind(1, id)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ApiToken>> ListTokensAsync() =>
        new(List("SELECT record FROM token ORDER BY sequence", CatalogRecords.Default.ApiToken));

    /// <inheritdoc/>
    public ValueTask AddTokenAsync(ApiToken token, AuditEntry audit)
    {
        _database.Transaction(() =>
        {
            _database.Prepare("INSERT INTO token (id, hash, record) VALUES (?, ?, ?)")
                .Bind(1, token.Id).Bind(2, token.Hash).Bind(3, Write(token, CatalogRecords.Default.ApiToken)).Run();
            Log(audit);
            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> RevokeTokenAsync(string id, AuditEntry audit) => new(_database.Transaction(() =>
    {
        if (!Remove("DELETE FROM token WHERE id = ? RETURNING 1", id)) return false;
        Log(audit);
        return true;
    }));

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static IEnumerable<string> Namespaces(Script script) => script.ObjectClasses.Select(each => each.NamespaceId);

    private static string Write<T>(T record, JsonTypeInfo<T> type) => JsonSerializer.Serialize(record, type);

    private ScriptVersion Insert(ScriptVersion added, CatalogChange change)
    {
        var newest = _database.Prepare("SELECT coalesce(max(number), 0) FROM version WHERE script = ?").Bind(1, added.Script);
        newest.Step();
        var version = added with { Number = (int)newest.Int64(0) + 1 };
        newest.Reset();
        _database.Prepare("INSERT INTO version (id, script, number, record) VALUES (?, ?, ?, ?)")
            .Bind(1, version.Id).Bind(2, version.Script).Bind(3, version.Number).Bind(4, Write(version, CatalogRecords.Default.ScriptVersion)).Run();
        foreach (var (hash, bytes) in change.Contents)
        {
            _database.Prepare("INSERT INTO content (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING").Bind(1, hash).Bind(2, bytes.Span).Run();
        }

        // The reference fails, and the change with it, when a content is neither given nor stored.
        foreach (var hash in Hashes(version).Distinct(StringComparer.Ordinal))
        {
            _database.Prepare("INSERT INTO version_content (version, hash) VALUES (?, ?)").Bind(1, version.Id).Bind(2, hash).Run();
        }

        return version;
    }

    private static IEnumerable<string> Hashes(ScriptVersion version) =>
        version.Assets is { } assets ? version.Modules.SelectMany(Hashes).Append(assets.Manifest) : version.Modules.SelectMany(Hashes);

    private static IEnumerable<string> Hashes(VersionModule module) =>
        module.SourceMapHash is { } map ? [module.Hash, map] : [module.Hash];

    private List<string> NamespacesOf(string script) => Rows($"{AllNamespaces} WHERE script.name = ?", statement => statement.Bind(1, script), Text);

    private void NoteDeleted(IEnumerable<string> namespaces)
    {
        foreach (var id in namespaces.ToList()) _database.Prepare("INSERT INTO deleted_object_namespace (id) VALUES (?) ON CONFLICT DO NOTHING").Bind(1, id).Run();
    }

    private void Log(AuditEntry entry) =>
        _database.Prepare("INSERT INTO audit (record) VALUES (?)").Bind(1, Write(entry, CatalogRecords.Default.AuditEntry)).Run();

    private bool Remove(string sql, string key)
    {
        var statement = _database.Prepare(sql).Bind(1, key);
        var found = statement.Step();
        statement.Run();
        return found;
    }

    private T? Find<T>(string sql, JsonTypeInfo<T> type, Action<SqliteStatement> bind)
        where T : class
        => List(sql, type, bind) is [var found, ..] ? found : null;

    private List<T> List<T>(string sql, JsonTypeInfo<T> type, Action<SqliteStatement>? bind = null) =>
        Rows(sql, bind, statement => JsonSerializer.Deserialize(statement.Blob(0), type)!);

    private List<T> Rows<T>(string sql, Action<SqliteStatement>? bind, Func<SqliteStatement, T> read)
    {
        lock (_database.Gate)
        {
            var statement = _database.Prepare(sql);
            bind?.Invoke(statement);
            var list = new List<T>();
            while (statement.Step()) list.Add(read(statement));
            statement.Reset();
            return list;
        }
    }

    private static string Text(SqliteStatement statement) => statement.Text(0);
}
