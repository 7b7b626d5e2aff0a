using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.Vectors;
using Skep.Storage.Vectors;

namespace Skep.Storage.Tests.Faults;

/// <summary>Vectorize indexes: a text is a vector of its characters.</summary>
internal sealed class FaultyVectors : FaultyService
{
    private const int Dimensions = 1000;

    private readonly SqliteVectorStore _store;

    public FaultyVectors(string folder)
        : base(folder) => _store = new SqliteVectorStore(new VectorStoreOptions(folder) { OnFailure = Failures.Enqueue }, TimeProvider.System);

    public override Type Refusal => typeof(VectorException);

    public override async Task MakeAsync(string thing) =>
        await _store.CreateAsync(new VectorIndex(thing, "", Dimensions, VectorMetric.Euclidean, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));

    public override async Task WriteAsync(string thing, string key, int length) =>
        await _store.CallAsync(thing, VectorOperation.Upsert, JsonSerializer.SerializeToUtf8Bytes(new { id = key, values = Values(key) }), Cancellation);

    public override async Task<bool> HasAsync(string thing, string key, int length)
    {
        var found = await _store.CallAsync(thing, VectorOperation.GetByIds, JsonSerializer.SerializeToUtf8Bytes(new { ids = (string[])[key] }), Cancellation);
        return JsonNode.Parse(found.Span)!.AsArray() is [{ } vector] && vector["values"]!.AsArray().Select(value => (int)value!.GetValue<double>()).SequenceEqual(Values(key));
    }

    public override string FileOf(string thing) => Path.Combine(Folder, $"index-{thing}.db");

    public override ValueTask DisposeAsync()
    {
        _store.Dispose();
        return default;
    }

    private static int[] Values(string key) => [.. Text(key, Dimensions).Select(character => (int)character)];
}
