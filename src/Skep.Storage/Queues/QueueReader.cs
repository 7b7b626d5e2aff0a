using Skep.Abstractions.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Queues;

/// <summary>A connection that reads one queue's file. One thread at a time.</summary>
internal sealed class QueueReader : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _first;
    private readonly SqliteStatement _nth;
    private readonly SqliteStatement _message;
    private readonly SqliteStatement _total;

    public QueueReader(string path)
    {
        _database = new SqliteDatabase(path, QueueSchema.Steps, create: false);
        _database.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -256;");
        _first = _database.Prepare("SELECT min(due) FROM delivery");
        _nth = _database.Prepare("SELECT due FROM delivery ORDER BY due LIMIT 1 OFFSET ?1");
        _message = _database.Prepare("SELECT id, sent, type, body FROM message WHERE sequence = ?1");
        _total = _database.Prepare("SELECT messages, bytes, coalesce((SELECT sent FROM message ORDER BY sequence LIMIT 1), 0) FROM total");
    }

    /// <summary>When a message, and a whole batch, can be had.</summary>
    public QueueOutlook Outlook(int batchSize)
    {
        _first.Reset();
        _first.Step();
        long? first = _first.IsNull(0) ? null : _first.Int64(0);
        _first.Reset();
        if (first is null) return default;
        _nth.Reset();
        _nth.Bind(1, batchSize - 1);
        long? full = _nth.Step() ? _nth.Int64(0) : null;
        _nth.Reset();
        return new QueueOutlook(first, full);
    }

    /// <summary>What the queue holds.</summary>
    public QueueMetrics Metrics()
    {
        _total.Reset();
        _total.Step();
        QueueMetrics metrics = new(_total.Int64(0), _total.Int64(1), _total.Int64(2));
        _total.Reset();
        return metrics;
    }

    /// <summary>A message to be put elsewhere, at once; null when it is not there any more.</summary>
    public StoredMessage? Read(long sequence, long now)
    {
        _message.Reset();
        _message.Bind(1, sequence);
        StoredMessage? found = _message.Step()
            ? new StoredMessage(_message.Blob(0).ToArray(), _message.Int64(1), now, (QueueContentType)_message.Int64(2), _message.Blob(3).ToArray())
            : null;
        _message.Reset();
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();
}
