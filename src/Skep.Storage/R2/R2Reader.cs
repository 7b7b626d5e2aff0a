using System.Text;
using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>A connection that reads one bucket's database. One thread at a time.</summary>
internal sealed class R2Reader : IDisposable
{
    private readonly SqliteDatabase _database;

    public R2Reader(string path)
    {
        _database = new SqliteDatabase(path, R2Schema.Steps, create: false);
        _database.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -2048;");
    }

    /// <summary>The object of that key without its content, or null.</summary>
    public R2Object? Head(string key)
    {
        var row = _database.Prepare($"SELECT {R2Columns.List} FROM object WHERE key = ?1").Bind(1, Encoding.UTF8.GetBytes(key));
        var found = row.Step() ? R2Columns.Read(row) : null;
        row.Reset();
        return found;
    }

    /// <summary>The object of that key, and where its content is; null when there is none.</summary>
    public R2Found? Find(string key)
    {
        const int Blob = R2Columns.Count;
        var row = _database.Prepare($"SELECT {R2Columns.List}, blob, parts, id, content FROM object WHERE key = ?1").Bind(1, Encoding.UTF8.GetBytes(key));
        if (!row.Step())
        {
            row.Reset();
            return null;
        }

        var found = new R2Found(
            R2Columns.Read(row),
            row.IsNull(Blob) ? null : row.Text(Blob),
            row.IsNull(Blob + 3) ? null : row.Blob(Blob + 3).ToArray(),
            row.Int64(Blob + 1) == 0 ? null : Parts(row.Int64(Blob + 2)));
        row.Reset();
        return found;
    }

    /// <summary>A page of objects.</summary>
    public R2Page List(R2ListQuery query) => new R2Lister(_database, query).Read();

    /// <summary>What the bucket holds.</summary>
    public R2Usage Usage()
    {
        var row = _database.Prepare("SELECT objects, bytes, (SELECT count(*) FROM upload WHERE ended IS NULL) FROM usage");
        row.Step();
        var usage = new R2Usage(row.Int64(0), row.Int64(1), row.Int64(2));
        row.Reset();
        return usage;
    }

    /// <summary>Uploads under way after the given one.</summary>
    public IReadOnlyList<R2Upload> Uploads(string prefix, string afterKey, string afterId, int limit)
    {
        var (from, to) = R2KeyRange.Of(prefix);
        var row = _database.Prepare(
            "SELECT key, id, initiated, storage_class FROM upload WHERE ended IS NULL AND key >= ?1 AND key < ?2 AND (key, id) > (?3, ?4) ORDER BY key, id LIMIT ?5")
            .Bind(1, from).Bind(2, to).Bind(3, Encoding.UTF8.GetBytes(afterKey)).Bind(4, afterId).Bind(5, limit);
        var found = new List<R2Upload>();
        while (row.Step()) found.Add(new R2Upload(row.Text(0), row.Text(1), row.Int64(2), row.Text(3)));
        row.Reset();
        return found;
    }

    /// <summary>The parts of an upload after one of them; null when there is no such upload under way.</summary>
    public IReadOnlyList<R2Part>? UploadParts(string key, string uploadId, int after, int limit)
    {
        var upload = _database.Prepare("SELECT 1 FROM upload WHERE id = ?1 AND key = ?2 AND ended IS NULL").Bind(1, uploadId).Bind(2, Encoding.UTF8.GetBytes(key));
        var exists = upload.Step();
        upload.Reset();
        if (!exists) return null;
        var row = _database.Prepare("SELECT number, etag, size, uploaded FROM upload_part WHERE upload = ?1 AND number > ?2 ORDER BY number LIMIT ?3")
            .Bind(1, uploadId).Bind(2, after).Bind(3, limit);
        var found = new List<R2Part>();
        while (row.Step()) found.Add(new R2Part((int)row.Int64(0), row.Text(1), row.Int64(2), row.Int64(3)));
        row.Reset();
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private List<R2Piece> Parts(long id)
    {
        var row = _database.Prepare("SELECT blob, size FROM object_part WHERE object = ?1 ORDER BY position").Bind(1, id);
        var parts = new List<R2Piece>();
        while (row.Step()) parts.Add(new R2Piece(row.Text(0), 0, row.Int64(1)));
        row.Reset();
        return parts;
    }
}
