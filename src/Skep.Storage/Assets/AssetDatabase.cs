using Skep.Abstractions.Assets;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Assets;

/// <summary>Uploads of static assets: which contents each script has is in <c>assets.db</c>, the bytes are files beside it. A row is written
/// after the files are on the disk, and removed before they are.</summary>
public sealed class AssetDatabase : IAssetUploads, IDisposable
{
    private const string Stored = "SELECT 1 FROM asset WHERE asset.script = upload.script AND asset.hash = file.hash AND asset.size = file.size";
    private const string FilesOf = "FROM upload JOIN upload_file AS file ON file.upload = upload.id WHERE upload.id = ?";

    private const string NotBeingUploaded =
        "NOT EXISTS (SELECT 1 FROM upload_file AS file JOIN upload ON upload.id = file.upload " +
        "WHERE upload.script = asset.script AND file.hash = asset.hash AND upload.expires > ?)";

    private const int CollectedAtOnce = 200;

    // An upload that ends in time may be attached a moment later, and what it refers to must last until the version is stored.
    private const long Grace = 600_000;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly Action<AssetContent, string?> _stored;

    /// <summary>Opens or creates the database in the folder.</summary>
    /// <param name="folder">Where the bytes are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stored">Hears of new contents and their types.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public AssetDatabase(AssetFolder folder, TimeProvider time, Action<AssetContent, string?>? stored = null)
    {
        Folder = folder;
        _time = time;
        _stored = stored ?? ((_, _) => { });
        folder.Prepare();
        _database = new SqliteDatabase(Path.Combine(folder.Path, "assets.db"), AssetSchema.Steps);
    }

    internal AssetFolder Folder { get; }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AssetContent>> BeginAsync(AssetUpload upload) => new(_database.Transaction<IReadOnlyList<AssetContent>>(() =>
    {
        _database.Prepare("DELETE FROM upload WHERE expires <= ?").Bind(1, Now - Grace).Run();
        var insertion = _database.Prepare("INSERT INTO upload (script, upload_token, completion_token, expires) VALUES (?, ?, ?, ?) RETURNING id")
            .Bind(1, upload.Script).Bind(2, upload.UploadToken.Span).Bind(3, upload.CompletionToken.Span).Bind(4, upload.Expires.ToUnixTimeMilliseconds());
        insertion.Step();
        var id = insertion.Int64(0);
        insertion.Run();
        foreach (var file in upload.Files)
        {
            _database.Prepare("INSERT INTO upload_file (upload, path, hash, size) VALUES (?, ?, ?, ?)")
                .Bind(1, id).Bind(2, file.Path).Bind(3, file.Content.Hash).Bind(4, file.Content.Size).Run();
        }

        return Read($"SELECT DISTINCT file.hash, file.size {FilesOf} AND NOT EXISTS ({Stored})", id, row => new AssetContent(row.Text(0), row.Int64(1)));
    }));

    /// <inheritdoc/>
    public ValueTask<AssetUploadState?> FindAsync(ReadOnlyMemory<byte> tokenHash, bool completion)
    {
        lock (_database.Gate)
        {
            var statement = _database.Prepare($"SELECT id, script FROM upload WHERE {(completion ? "completion_token" : "upload_token")} = ? AND expires > ?")
                .Bind(1, tokenHash.Span).Bind(2, Now);
            var found = statement.Step() ? new AssetUploadState(statement.Int64(0), statement.Text(1)) : null;
            statement.Reset();
            return new(found);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AssetUploadFile?> FindFileAsync(AssetUploadState upload, string hash)
    {
        lock (_database.Gate)
        {
            var statement = _database.Prepare("SELECT path, size FROM upload_file INDEXED BY upload_file_of_hash WHERE upload = ? AND hash = ? LIMIT 1").Bind(1, upload.Id).Bind(2, hash);
            AssetUploadFile? found = statement.Step() ? new AssetUploadFile(statement.Text(0), new AssetContent(hash, statement.Int64(1))) : null;
            statement.Reset();
            return new(found);
        }
    }

    /// <inheritdoc/>
    public IAssetBatch Store(AssetUploadState upload) => new AssetBatch(this, upload);

    /// <inheritdoc/>
    public ValueTask<bool> IsCompleteAsync(AssetUploadState upload)
    {
        lock (_database.Gate)
        {
            return new(Read($"SELECT 1 {FilesOf} AND NOT EXISTS ({Stored}) LIMIT 1", upload.Id, static _ => true).Count == 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, AssetEntry>?> CompleteAsync(AssetUploadState upload)
    {
        if (!await IsCompleteAsync(upload)) return null;
        lock (_database.Gate)
        {
            var files = Read(
                "SELECT file.path, file.hash, file.size, asset.type FROM upload JOIN upload_file AS file ON file.upload = upload.id " +
                "JOIN asset ON asset.script = upload.script AND asset.hash = file.hash WHERE upload.id = ?",
                upload.Id,
                row => KeyValuePair.Create(row.Text(0), new AssetEntry(row.Text(1), row.Int64(2), row.Text(3) is { Length: > 0 } type ? type : null)));
            return new Dictionary<string, AssetEntry>(files, StringComparer.Ordinal);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListScriptsAsync()
    {
        lock (_database.Gate)
        {
            return new(Read("SELECT DISTINCT script FROM asset WHERE ? = 0", 0, static row => row.Text(0)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> CollectAsync(string script, IReadOnlySet<string> used)
    {
        var unused = new List<string>();
        lock (_database.Gate)
        {
            var statement = _database.Prepare($"SELECT hash FROM asset WHERE script = ? AND {NotBeingUploaded}").Bind(1, script).Bind(2, Now - Grace);
            while (statement.Step())
            {
                if (statement.Text(0) is var hash && !used.Contains(hash)) unused.Add(hash);
            }

            statement.Reset();
        }

        // A few at a time: uploads and deployments wait for the gate.
        return new(unused.Chunk(CollectedAtOnce).Sum(chunk => Delete(script, chunk)));
    }

    /// <summary>All contents and their types, for whoever stores them in other codings.</summary>
    internal IReadOnlyList<(AssetContent Content, string Type)> ListContents()
    {
        lock (_database.Gate)
        {
            return Read("SELECT hash, size, min(type) FROM asset WHERE ? = 0 GROUP BY hash, size", 0, row => (new AssetContent(row.Text(0), row.Int64(1)), row.Text(2)));
        }
    }

    /// <summary>Names the files and records them, in one step as seen by everyone else.</summary>
    internal void Commit(AssetUploadState upload, IReadOnlyCollection<AssetBatch.Written> written)
    {
        lock (_database.Gate)
        {
            foreach (var each in written) Folder.Name(each.File, each.Content, AssetCoding.Identity);
            Folder.FlushNames(written.Select(each => each.Content));
            _database.Transaction(() =>
            {
                foreach (var each in written)
                {
                    _database.Prepare("INSERT INTO asset (script, hash, size, type, stored) VALUES (?, ?, ?, ?, ?) ON CONFLICT (script, hash) DO UPDATE SET size = excluded.size, type = excluded.type, stored = excluded.stored")
                        .Bind(1, upload.Script).Bind(2, each.Content.Hash).Bind(3, each.Content.Size).Bind(4, each.ContentType ?? "").Bind(5, Now).Run();
                }

                return 0;
            });
        }

        foreach (var each in written) _stored(each.Content, each.ContentType);
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    // The files go while the gate is held: a batch that stores the same content again does so before or after, not in between.
    private int Delete(string script, string[] hashes)
    {
        lock (_database.Gate)
        {
            var deleted = _database.Transaction(() =>
            {
                var contents = new List<AssetContent>();
                foreach (var hash in hashes)
                {
                    var statement = _database.Prepare($"DELETE FROM asset WHERE script = ? AND hash = ? AND {NotBeingUploaded} RETURNING size")
                        .Bind(1, script).Bind(2, hash).Bind(3, Now - Grace);
                    if (statement.Step()) contents.Add(new AssetContent(hash, statement.Int64(0)));
                    statement.Run();
                }

                return contents;
            });
            foreach (var content in deleted.Where(content => !IsStored(content))) Folder.Delete(content);
            return deleted.Count;
        }
    }

    private bool IsStored(AssetContent content)
    {
        var statement = _database.Prepare("SELECT 1 FROM asset WHERE hash = ? AND size = ? LIMIT 1").Bind(1, content.Hash).Bind(2, content.Size);
        var found = statement.Step();
        statement.Reset();
        return found;
    }

    private List<T> Read<T>(string sql, long parameter, Func<SqliteStatement, T> row)
    {
        var statement = _database.Prepare(sql).Bind(1, parameter);
        var list = new List<T>();
        while (statement.Step()) list.Add(row(statement));
        statement.Reset();
        return list;
    }
}
