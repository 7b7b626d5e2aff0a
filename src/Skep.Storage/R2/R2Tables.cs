using System.Text;
using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>Changes objects, inside of a transaction. Whatever is refused is refused before anything is written.</summary>
internal sealed class R2Tables(SqliteDatabase database, long? maxBytes)
{
    private const string Write =
        """
        INSERT INTO object (key, version, size, etag, uploaded, storage_class, http, custom, checksums, blob, parts, content)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT (key) DO UPDATE SET
            version = excluded.version, size = excluded.size, etag = excluded.etag, uploaded = excluded.uploaded,
            storage_class = excluded.storage_class, http = excluded.http, custom = excluded.custom, checksums = excluded.checksums,
            blob = excluded.blob, parts = excluded.parts, content = excluded.content
        RETURNING id
        """;

    private const int Blob = R2Columns.Count;

    private string? _storageClass;

    /// <summary>Files that the database names since this transaction.</summary>
    public List<string> Named { get; } = [];

    /// <summary>Files that it does not name any more.</summary>
    public List<string> Garbage { get; } = [];

    /// <summary>The statements' database.</summary>
    public SqliteDatabase Database => database;

    /// <summary>The class of objects of which nothing is said.</summary>
    public string StorageClass
    {
        get => _storageClass ??= Column("SELECT value FROM setting WHERE name = 'storage_class'", static row => row) is [var name] ? name : R2StorageClasses.Standard;
        set
        {
            database.Prepare("INSERT OR REPLACE INTO setting (name, value) VALUES ('storage_class', ?1)").Bind(1, value).Run();
            _storageClass = null;
        }
    }

    /// <summary>Nothing of the transaction has happened.</summary>
    public void Forget()
    {
        _storageClass = null;
        Named.Clear();
        Garbage.Clear();
    }

    /// <summary>Stores an object; null when its condition does not hold.</summary>
    public R2Object? Put(R2Put put, R2Content content, long now)
    {
        var there = Find(put.Key);
        if (put.Condition is { } condition && !condition.Holds(there?.Object)) return null;
        CheckRoom(content.Size, there);
        var stored = new R2Object
        {
            Key = put.Key,
            Version = R2Folder.NewId(),
            Size = content.Size,
            ETag = content.Checksums.Md5!,
            Uploaded = now,
            StorageClass = put.StorageClass ?? StorageClass,
            Http = put.Http,
            Custom = put.Custom,
            Checksums = content.Checksums,
        };
        Replace(stored, there, content.Blob, parts: 0, content.Blob is null ? content.Bytes : (ReadOnlyMemory<byte>?)null);
        if (content.Blob is { } blob) Named.Add(blob);
        return stored;
    }

    /// <summary>Puts an object in the place of the one that is there; returns the row's number.</summary>
    public long Replace(R2Object stored, There? there, string? blob, int parts, ReadOnlyMemory<byte>? content)
    {
        if (there is not null) Drop(there);
        var write = database.Prepare(Write)
            .Bind(1, Encoding.UTF8.GetBytes(stored.Key)).Bind(2, stored.Version).Bind(3, stored.Size).Bind(4, stored.ETag)
            .Bind(5, stored.Uploaded).Bind(6, stored.StorageClass).Bind(11, parts);
        if (R2Records.Write(stored.Http!) is { } http) write.Bind(7, http);
        if (R2Records.Write(stored.Custom!) is { } custom) write.Bind(8, custom);
        if (R2Records.Write(stored.Checksums) is { } checksums) write.Bind(9, checksums);
        if (blob is not null) write.Bind(10, blob);
        if (content is { } bytes) write.Bind(12, bytes.Span);
        write.Step();
        var id = write.Int64(0);
        write.Run();
        return id;
    }

    /// <summary>Deletes objects.</summary>
    public bool Delete(IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(key) is { } there) Delete(there);
        }

        return true;
    }

    /// <summary>Deletes an object.</summary>
    public void Delete(There there)
    {
        Drop(there);
        database.Prepare("DELETE FROM object WHERE id = ?1").Bind(1, there.Id).Run();
    }

    /// <summary>The object of that key, or null.</summary>
    public There? Find(string key)
    {
        var row = database.Prepare($"SELECT {R2Columns.List}, blob, parts, id FROM object WHERE key = ?1").Bind(1, Encoding.UTF8.GetBytes(key));
        var found = row.Step() ? new There(R2Columns.Read(row), row.IsNull(Blob) ? null : row.Text(Blob), row.Int64(Blob + 1) > 0, row.Int64(Blob + 2)) : null;
        row.Reset();
        return found;
    }

    /// <exception cref="R2Exception">The bucket may not hold so much.</exception>
    public void CheckRoom(long size, There? instead)
    {
        if (maxBytes is not { } most) return;
        var row = database.Prepare("SELECT bytes FROM usage");
        row.Step();
        var bytes = row.Int64(0);
        row.Reset();
        if (bytes - (instead?.Object.Size ?? 0) + size > most) throw R2Failures.OutOfRoom();
    }

    /// <summary>A file is not named any more.</summary>
    public void Discard(string blob)
    {
        database.Prepare("INSERT OR IGNORE INTO garbage (blob) VALUES (?1)").Bind(1, blob).Run();
        Garbage.Add(blob);
    }

    private void Drop(There there)
    {
        if (there.Blob is { } blob) Discard(blob);
        if (!there.HasParts) return;
        foreach (var part in Column("SELECT blob FROM object_part WHERE object = ?1", statement => statement.Bind(1, there.Id))) Discard(part);
        database.Prepare("DELETE FROM object_part WHERE object = ?1").Bind(1, there.Id).Run();
    }

    /// <summary>The first column of all rows.</summary>
    public List<string> Column(string sql, Func<SqliteStatement, SqliteStatement> bind)
    {
        var row = bind(database.Prepare(sql));
        var found = new List<string>();
        while (row.Step()) found.Add(row.Text(0));
        row.Reset();
        return found;
    }

    /// <summary>An object that is there.</summary>
    internal sealed record There(R2Object Object, string? Blob, bool HasParts, long Id);
}
