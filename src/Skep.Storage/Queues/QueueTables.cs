using Skep.Abstractions.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Queues;

/// <summary>The statements that change a queue's file; inside a transaction.</summary>
internal sealed class QueueTables(SqliteDatabase database)
{
    private long _messages;
    private long _bytes;

    /// <summary>What the queue holds, as counted.</summary>
    public QueueMetrics Metrics { get; private set; } = new(0, 0, 0);

    /// <summary>Bytes of the messages now.</summary>
    public long Bytes => _bytes;

    /// <summary>Reads how much there is: the transaction begins.</summary>
    public void Begin()
    {
        var total = database.Prepare("SELECT messages, bytes FROM total");
        total.Step();
        (_messages, _bytes) = (total.Int64(0), total.Int64(1));
        total.Reset();
    }

    /// <summary>Writes how much there is: the transaction ends.</summary>
    public void End()
    {
        database.Prepare("UPDATE total SET messages = ?1, bytes = ?2").Bind(1, _messages).Bind(2, _bytes).Run();
        var oldest = database.Prepare("SELECT sent FROM message ORDER BY sequence LIMIT 1");
        var sent = oldest.Step() ? oldest.Int64(0) : 0;
        oldest.Reset();
        Metrics = new QueueMetrics(_messages, _bytes, sent);
    }

    public void Insert(in StoredMessage message, long now)
    {
        var insert = database.Prepare("INSERT INTO message (id, sent, arrived, type, body) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING sequence")
            .Bind(1, message.Id).Bind(2, message.Sent).Bind(3, now).Bind(4, (int)message.Type).Bind(5, message.Body.Span);
        insert.Step();
        var sequence = insert.Int64(0);
        insert.Run();
        database.Prepare("INSERT INTO delivery (sequence, due, attempts, ends_with_server) VALUES (?1, ?2, 0, 0)").Bind(1, sequence).Bind(2, message.Due).Run();
        _messages++;
        _bytes += message.Body.Length;
    }

    /// <summary>The messages that can be had, the longest waiting first.</summary>
    public List<(long Sequence, int Attempts)> Due(long now, int most)
    {
        var due = database.Prepare("SELECT sequence, attempts FROM delivery WHERE due <= ?1 ORDER BY due, sequence LIMIT ?2").Bind(1, now).Bind(2, most);
        List<(long, int)> found = new(most);
        while (due.Step()) found.Add((due.Int64(0), (int)due.Int64(1)));
        due.Reset();
        return found;
    }

    /// <summary>From when a message can be had.</summary>
    public void Schedule(long sequence, long due, int attempts, bool endsWithServer) => database
        .Prepare("UPDATE delivery SET due = ?2, attempts = ?3, ends_with_server = ?4 WHERE sequence = ?1")
        .Bind(1, sequence).Bind(2, due).Bind(3, attempts).Bind(4, endsWithServer ? 1 : 0).Run();

    public QueueMessage Read(long sequence, int attempts)
    {
        var row = database.Prepare("SELECT id, sent, type, body FROM message WHERE sequence = ?1").Bind(1, sequence);
        row.Step();
        var message = new QueueMessage(Convert.ToHexStringLower(row.Blob(0)), row.Int64(1), attempts, (QueueContentType)row.Int64(2), row.Blob(3).ToArray()) { Sequence = sequence };
        row.Reset();
        return message;
    }

    /// <summary>How often a message has been tried; null when it is not there.</summary>
    public int? AttemptsOf(long sequence)
    {
        var row = database.Prepare("SELECT attempts FROM delivery WHERE sequence = ?1").Bind(1, sequence);
        int? attempts = row.Step() ? (int)row.Int64(0) : null;
        row.Reset();
        return attempts;
    }

    /// <summary>Deletes a message; false when it is not there.</summary>
    public bool Delete(long sequence)
    {
        var length = database.Prepare("SELECT length(body) FROM message WHERE sequence = ?1").Bind(1, sequence);
        var found = length.Step();
        if (found)
        {
            _messages--;
            _bytes -= length.Int64(0);
        }

        length.Reset();
        if (!found) return false;
        database.Prepare("DELETE FROM message WHERE sequence = ?1").Bind(1, sequence).Run();
        database.Prepare("DELETE FROM delivery WHERE sequence = ?1").Bind(1, sequence).Run();
        return true;
    }

    public void Clear()
    {
        database.Execute("DELETE FROM message; DELETE FROM delivery;");
        _messages = _bytes = 0;
    }

    /// <summary>The oldest messages, as far as they came until then.</summary>
    public List<long> ArrivedUntil(long until, int most)
    {
        // In the order of their coming: the first that is young enough ends it.
        var rows = database.Prepare("SELECT sequence, arrived FROM message ORDER BY sequence LIMIT ?1").Bind(1, most);
        List<long> old = [];
        while (rows.Step() && rows.Int64(1) <= until) old.Add(rows.Int64(0));
        rows.Reset();
        return old;
    }

    /// <summary>When the oldest message came; null when there is none.</summary>
    public long? OldestArrival()
    {
        var row = database.Prepare("SELECT arrived FROM message ORDER BY sequence LIMIT 1");
        long? oldest = row.Step() ? row.Int64(0) : null;
        row.Reset();
        return oldest;
    }

    public void Recover(long now) =>
        database.Prepare("UPDATE delivery SET due = ?1, attempts = max(attempts - 1, 0), ends_with_server = 0 WHERE due > ?1 AND ends_with_server = 1").Bind(1, now).Run();
}
