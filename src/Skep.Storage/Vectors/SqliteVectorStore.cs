using System.Text.Json;
using Skep.Abstractions.Vectors;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Vectors;

/// <summary>Vectors: a SQLite file for each index, and one with the indexes. A search looks at every vector.</summary>
public sealed class SqliteVectorStore : IVectorStore, IVectorIndexes, IDisposable
{
    private const int NoRoom = 507;

    private readonly VectorStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly DeferredDatabase _file;

    /// <summary>Opens or creates the folder.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SqliteVectorStore(VectorStoreOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        Directory.CreateDirectory(options.Folder);
        _file = new DeferredDatabase(Path.Combine(options.Folder, "indexes.db"), VectorSchema.Indexes, options.OnFailure);
    }

    private SqliteDatabase Indexes => _file.Value;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> CallAsync(string index, VectorOperation operation, ReadOnlyMemory<byte> request, CancellationToken cancellation = default) =>
        new(Task.Run(() => Call(index, operation, request, cancellation), cancellation));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<VectorIndex>> ListAsync() => new(Read("SELECT record FROM vector_index ORDER BY name", null));

    /// <inheritdoc/>
    public ValueTask<VectorIndex?> FindAsync(string name) => new(Find(name));

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(VectorIndex index)
    {
        if (Find(index.Name) is not null) return new(false);
        try
        {
            // First the file: whatever is listed can be written to. What a crash has left of another is not part of it.
            DeleteFiles(index.Name);
            new SqliteDatabase(PathOf(index.Name), VectorSchema.Vectors).Dispose();
            Indexes.Transaction(() =>
            {
                Indexes.Prepare("INSERT INTO vector_index (name, record) VALUES (?, ?)").Bind(1, index.Name).Bind(2, Write(index)).Run();
                return 0;
            });
            return new(true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask UpdateAsync(VectorIndex index)
    {
        Indexes.Transaction(() =>
        {
            var update = Indexes.Prepare("UPDATE vector_index SET record = ? WHERE name = ? RETURNING 1").Bind(1, Write(index)).Bind(2, index.Name);
            var found = update.Step();
            update.Run();
            return found ? 0 : throw VectorException.NoIndex(index.Name);
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> DropAsync(string name)
    {
        var found = Indexes.Transaction(() =>
        {
            var removal = Indexes.Prepare("DELETE FROM vector_index WHERE name = ? RETURNING 1").Bind(1, name);
            var removed = removal.Step();
            removal.Run();
            return removed;
        });
        if (found) DeleteFiles(name);
        return new(found);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private ReadOnlyMemory<byte> Call(string name, VectorOperation operation, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        try
        {
            var index = Find(name) ?? (_options.CreateMissing ? Made(name, operation, request) : null) ?? throw VectorException.NoIndex(name);
            using VectorFile file = new(new SqliteDatabase(PathOf(name), VectorSchema.Vectors, create: false), index);
            using var document = operation is VectorOperation.Insert or VectorOperation.Upsert or VectorOperation.Describe ? null : VectorInput.Parse(request);
            return operation switch
            {
                VectorOperation.Describe => file.Describe(),
                VectorOperation.Insert => file.Add(request.Span, replace: false, _time.GetUtcNow()),
                VectorOperation.Upsert => file.Add(request.Span, replace: true, _time.GetUtcNow()),
                VectorOperation.GetByIds => file.Get(document!.RootElement),
                VectorOperation.DeleteByIds => file.Delete(document!.RootElement, _time.GetUtcNow()),
                VectorOperation.List => file.List(document!.RootElement),
                VectorOperation.Query => file.Query(Checked(VectorQuery.Read(document!.RootElement, index), index), cancellation),
                _ => throw new ArgumentOutOfRangeException(nameof(operation)),
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(failure);
        }
    }

    private VectorQuery Checked(VectorQuery query, VectorIndex index)
    {
        if (_options.CreateMissing || query.Filter is not { } filter) return query;
        return filter.Properties.FirstOrDefault(property => !index.MetadataIndexes.ContainsKey(property)) is { } unknown
            ? throw VectorException.Invalid($"There is no metadata index for \"{unknown}\". Make one: wrangler vectorize create-metadata-index {index.Name} --propertyName={unknown} --type=string")
            : query;
    }

    // In development an index is made by the first vectors that are added to it.
    private VectorIndex? Made(string name, VectorOperation operation, ReadOnlyMemory<byte> request)
    {
        var dimensions = operation is VectorOperation.Insert or VectorOperation.Upsert ? Dimensions(request) : null;
        if (dimensions is not { } width || !VectorIndex.IsName(name)) return null;
        var now = _time.GetUtcNow();
        VectorIndex made = new(name, "", width, VectorMetric.Cosine, now, now);
        _ = CreateAsync(made).AsTask().Result;
        return Find(name);
    }

    private static int? Dimensions(ReadOnlyMemory<byte> lines)
    {
        var end = lines.Span.IndexOf((byte)'\n');
        using var first = VectorInput.Parse(end < 0 ? lines : lines[..end]);
        return first.RootElement.ValueKind == JsonValueKind.Object && first.RootElement.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() is >= 1 and <= VectorIndex.MostDimensions and var width
            ? width
            : null;
    }

    private VectorIndex? Find(string name) => Read("SELECT record FROM vector_index WHERE name = ?", name) is [var found, ..] ? found : null;

    private List<VectorIndex> Read(string sql, string? name)
    {
        lock (Indexes.Gate)
        {
            var rows = Indexes.Prepare(sql);
            if (name is not null) rows.Bind(1, name);
            List<VectorIndex> found = [];
            while (rows.Step()) found.Add(JsonSerializer.Deserialize(rows.Blob(0), VectorRecords.Default.VectorIndex)!);
            rows.Reset();
            return found;
        }
    }

    private static string Write(VectorIndex index) => JsonSerializer.Serialize(index, VectorRecords.Default.VectorIndex);

    private string PathOf(string name) => Path.Combine(_options.Folder, $"index-{name}.db");

    private void DeleteFiles(string name)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm"]) File.Delete(PathOf(name) + suffix);
    }

    private VectorException Failed(Exception failure)
    {
        _options.OnFailure?.Invoke(failure);
        var (status, message) = SqliteFailures.Describe("index", failure);
        return new VectorException(status, status == NoRoom ? 50007 : 50000, message, failure);
    }
}

/// <summary>How vectors are kept.</summary>
/// <param name="Folder">The files lie in it.</param>
public sealed record VectorStoreOptions(string Folder)
{
    /// <summary>An index that does not exist is made when vectors are added to it, and any metadata can be filtered by.</summary>
    public bool CreateMissing { get; init; }

    /// <summary>Hears of files that fail, with their paths.</summary>
    public Action<Exception>? OnFailure { get; init; }
}
