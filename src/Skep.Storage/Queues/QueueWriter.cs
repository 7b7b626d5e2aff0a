using Skep.Abstractions.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Queues;

/// <summary>The connection that changes one queue's file. One thread at a time.</summary>
internal sealed class QueueWriter : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly QueueTables _tables;

    public QueueWriter(string path, QueueStoreOptions options, bool create)
    {
        _database = new SqliteDatabase(path, QueueSchema.Steps, create);
        _database.Execute("PRAGMA cache_size = -1024;");
        _tables = new QueueTables(_database);
        if (options.MaxFileBytes is not { } bytes) return;
        _database.Execute($"PRAGMA max_page_count = {Math.Max(bytes / Pragma("page_size"), 1)}");
    }

    /// <summary>How much the disk is trusted: 2 means that a commit waits until it is there (PRAGMA synchronous).</summary>
    public long Synchronous => Pragma("synchronous");

    /// <summary>What the queue held after the last transaction.</summary>
    public QueueMetrics Metrics => _tables.Metrics;

    /// <summary>Does the changes in one transaction: when this returns they are on the disk, when it throws nothing happened.</summary>
    public void Commit(IReadOnlyList<QueueCommit> commits) => _database.Transaction(() =>
    {
        _tables.Begin();
        foreach (var commit in commits) commit.Apply(_tables);
        _tables.End();
        return 0;
    });

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private long Pragma(string name)
    {
        var pragma = _database.Prepare($"PRAGMA {name}");
        pragma.Step();
        var value = pragma.Int64(0);
        pragma.Reset();
        return value;
    }
}
