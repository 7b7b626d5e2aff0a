using System.Text;
using Skep.Abstractions.Kv;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>The connection that changes one namespace's file. One thread at a time.</summary>
internal sealed class KvWriter : IDisposable
{
    private const int SweptAtOnce = 500;

    private const string Put =
        """
        INSERT INTO entry (key, expiration, metadata, value) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (key) DO UPDATE SET expiration = excluded.expiration, metadata = excluded.metadata, value = excluded.value
        """;

    private readonly SqliteDatabase _database;

    public KvWriter(string path, KvStoreOptions options, bool create)
    {
        _database = new SqliteDatabase(path, KvSchema.Steps, create);
        _database.Execute("PRAGMA cache_size = -256;");
        if (options.MaxFileBytes is not { } bytes) return;
        var pageSize = _database.Prepare("PRAGMA page_size");
        pageSize.Step();
        var pages = Math.Max(bytes / pageSize.Int64(0), 1);
        pageSize.Reset();
        _database.Execute($"PRAGMA max_page_count = {pages}");
    }

    /// <summary>How much the disk is trusted: 2 means that a commit waits until it is there (PRAGMA synchronous).</summary>
    public long Synchronous
    {
        get
        {
            var pragma = _database.Prepare("PRAGMA synchronous");
            pragma.Step();
            var level = pragma.Int64(0);
            pragma.Reset();
            return level;
        }
    }

    /// <summary>Does the changes in one transaction: when this returns they are on the disk, when it throws nothing happened.</summary>
    public void Commit(IReadOnlyList<KvCommit> commits) => _database.Transaction(() =>
    {
        foreach (var commit in commits)
        {
            foreach (var write in commit.Writes) Apply(write);
            if (commit.SweepUntil is { } now) commit.Swept = Sweep(now);
        }

        return 0;
    });

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private void Apply(in KvWrite write)
    {
        if (write.Value is not { } value)
        {
            _database.Prepare("DELETE FROM entry WHERE key = ?1").Bind(1, Encoding.UTF8.GetBytes(write.Key)).Run();
            return;
        }

        var put = _database.Prepare(Put).Bind(1, Encoding.UTF8.GetBytes(write.Key)).Bind(4, value.Span);
        if (write.Expiration is { } expiration) put.Bind(2, expiration);
        if (write.Metadata is { } metadata) put.Bind(3, metadata);
        put.Run();
    }

    // Little at a time: writes wait for it.
    private KvSwept Sweep(long now)
    {
        _database.Prepare("DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE expiration <= ?1 LIMIT ?2)").Bind(1, now).Bind(2, SweptAtOnce).Run();
        var next = _database.Prepare("SELECT min(expiration) FROM entry WHERE expiration IS NOT NULL");
        next.Step();
        var swept = new KvSwept(next.IsNull(0) ? null : next.Int64(0));
        next.Reset();
        return swept;
    }
}
