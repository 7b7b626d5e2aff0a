using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Vectors;
using Skep.Storage.Vectors;
using Skep.Testing;

namespace Skep.Storage.Tests.Vectors;

/// <summary>Vectorize indexes: what is stored, and what is found.</summary>
public sealed class VectorStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Exception> _failures = [];
    private SqliteVectorStore _store;

    public VectorStoreTests() => _store = Open();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_when_it_is_opened_again()
    {
        await CreateAsync("a", 2);
        var mutation = (await CallAsync("a", VectorOperation.Insert, """{"id":"1","values":[1,2],"metadata":{"k":"v"},"namespace":"n"}"""))["mutationId"]!.GetValue<string>();
        _store.Dispose();
        _store = Open();
        var described = await CallAsync("a", VectorOperation.Describe, "");
        Assert.Equal((2, 1, mutation), (described["dimensions"]!.GetValue<int>(), described["vectorCount"]!.GetValue<int>(), described["processedUpToMutation"]!.GetValue<string>()));
        Assert.Equal("""[{"id":"1","namespace":"n","metadata":{"k":"v"},"values":[1,2]}]""", (await CallAsync("a", VectorOperation.GetByIds, """{"ids":["1","none"]}""")).ToJsonString());
    }

    [Fact]
    public async Task Insert_leaves_what_is_there_and_upsert_replaces_it()
    {
        await CreateAsync("a", 1);
        await CallAsync("a", VectorOperation.Insert, "{\"id\":\"1\",\"values\":[1]}");
        await CallAsync("a", VectorOperation.Insert, "{\"id\":\"1\",\"values\":[2]}\n{\"id\":\"2\",\"values\":[3]}\n");
        Assert.Equal((double[])[1, 3], await ValuesAsync());
        await CallAsync("a", VectorOperation.Upsert, "{\"id\":\"1\",\"values\":[4]}");
        Assert.Equal((double[])[4, 3], await ValuesAsync());
        await CallAsync("a", VectorOperation.DeleteByIds, """{"ids":["1","none"]}""");
        Assert.Equal((double[])[3], await ValuesAsync());

        async Task<double[]> ValuesAsync() =>
            [.. (await CallAsync("a", VectorOperation.GetByIds, """{"ids":["1","2"]}""")).AsArray().Select(vector => vector!["values"]![0]!.GetValue<double>())];
    }

    [Theory]
    [InlineData(VectorMetric.Cosine)]
    [InlineData(VectorMetric.Euclidean)]
    [InlineData(VectorMetric.DotProduct)]
    public async Task The_nearest_are_those_that_plain_arithmetic_finds(VectorMetric metric)
    {
        const int Dimensions = 37, Count = 500;
        await CreateAsync("a", Dimensions, metric);
        Random random = new(7);
        var vectors = Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, Dimensions).Select(_ => (float)((random.NextDouble() * 2) - 1)).ToArray()).ToArray();
        await CallAsync("a", VectorOperation.Upsert, string.Join('\n', vectors.Select((vector, number) => new JsonObject { ["id"] = $"{number}", ["values"] = Json(vector) }.ToJsonString())));
        var wanted = vectors[42];
        var expected = vectors.Select((vector, number) => (Id: $"{number}", Score: Plain(metric, wanted, vector)))
            .OrderBy(each => metric == VectorMetric.Cosine ? -each.Score : each.Score).Take(20).ToArray();
        var found = await CallAsync("a", VectorOperation.Query, new JsonObject { ["vector"] = Json(wanted), ["topK"] = 20 }.ToJsonString());
        Assert.Equal(20, found["count"]!.GetValue<int>());
        var matches = found["matches"]!.AsArray().Select(match => (Id: match!["id"]!.GetValue<string>(), Score: match["score"]!.GetValue<double>())).ToArray();
        Assert.Equal(expected.Select(each => each.Id), matches.Select(match => match.Id));
        foreach (var (one, other) in expected.Zip(matches)) Assert.Equal(one.Score, other.Score, 1e-4);

        // By the id of a vector that is there, the same.
        var byId = await CallAsync("a", VectorOperation.Query, """{"vectorId":"42","topK":20}""");
        Assert.Equal(found.ToJsonString(), byId.ToJsonString());
    }

    [Theory]
    [InlineData("""{ "color": "red" }""", "1 4")]
    [InlineData("""{ "color": { "$ne": "red" } }""", "2 3 5")]
    [InlineData("""{ "color": { "$in": ["red", "blue"] } }""", "1 2 4")]
    [InlineData("""{ "color": { "$nin": ["red", "blue"] } }""", "3 5")]
    [InlineData("""{ "size": { "$gt": 1, "$lte": 3 } }""", "2 3")]
    [InlineData("""{ "size": { "$gte": 3 }, "ok": true }""", "3")]
    [InlineData("""{ "color": { "$lt": "c" } }""", "2")]
    [InlineData("""{ "deep.inner": 5 }""", "4")]
    [InlineData("""{ "color": null }""", "5")]
    [InlineData("{}", "1 2 3 4 5")]
    public async Task Metadata_filters(string filter, string ids)
    {
        await CreateAsync("a", 1, indexes: ["color", "size", "ok", "deep.inner"]);
        await CallAsync("a", VectorOperation.Insert, """
            {"id":"1","values":[1],"metadata":{"color":"red","size":1}}
            {"id":"2","values":[1],"metadata":{"color":"blue","size":2}}
            {"id":"3","values":[1],"metadata":{"color":"green","size":3,"ok":true}}
            {"id":"4","values":[1],"metadata":{"color":"red","size":4,"ok":false,"deep":{"inner":5}}}
            {"id":"5","values":[1]}
            """);
        var found = await CallAsync("a", VectorOperation.Query, $$"""{ "vector": [1], "filter": {{filter}} }""");
        Assert.Equal(ids.Split(' '), found["matches"]!.AsArray().Select(match => match!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Namespaces_values_and_metadata_are_told_as_asked()
    {
        await CreateAsync("a", 1, indexes: ["i"]);
        await CallAsync("a", VectorOperation.Insert, "{\"id\":\"1\",\"values\":[1],\"namespace\":\"x\",\"metadata\":{\"i\":1,\"j\":2}}\n{\"id\":\"2\",\"values\":[1],\"namespace\":\"y\"}");
        Assert.Equal("""{"count":1,"matches":[{"id":"1","score":1,"namespace":"x"}]}""", await QueryAsync("""{"vector":[1],"namespace":"x"}"""));
        Assert.Equal("""{"count":1,"matches":[{"id":"1","score":1,"namespace":"x","metadata":{"i":1,"j":2},"values":[1]}]}""", await QueryAsync("""{"vector":[1],"namespace":"x","returnValues":true,"returnMetadata":"all"}"""));
        Assert.Equal("""{"count":1,"matches":[{"id":"1","score":1,"namespace":"x","metadata":{"i":1}}]}""", await QueryAsync("""{"vector":[1],"namespace":"x","returnMetadata":"indexed"}"""));
        Assert.Equal("""{"count":0,"matches":[]}""", await QueryAsync("""{"vector":[1],"namespace":"z"}"""));

        async Task<string> QueryAsync(string query) => (await CallAsync("a", VectorOperation.Query, query)).ToJsonString();
    }

    [Theory]
    [InlineData(VectorOperation.Insert, """{"id":"1","values":[1]}""", 40012, "invalid vector for id=\"1\", expected 2 dimensions, and got 1 dimensions")]
    [InlineData(VectorOperation.Insert, """{"id":"1","values":[1,"x"]}""", 40000, "is no finite number")]
    [InlineData(VectorOperation.Insert, """{"values":[1,2]}""", 40000, "has no \"id\"")]
    [InlineData(VectorOperation.Insert, """{"id":"11111111111111111111111111111111111111111111111111111111111111111","values":[1,2]}""", 40000, "1 to 64 bytes")]
    [InlineData(VectorOperation.Insert, "", 40000, "no vectors")]
    [InlineData(VectorOperation.Insert, "{", 40000, "no JSON")]
    [InlineData(VectorOperation.Query, """{"vector":[1]}""", 40012, "invalid query vector, expected 2 dimensions")]
    [InlineData(VectorOperation.Query, """{"vector":[1,2],"topK":101}""", 40000, "\"topK\" must be from 1 to 100")]
    [InlineData(VectorOperation.Query, """{"vector":[1,2],"topK":51,"returnValues":true}""", 40000, "from 1 to 50")]
    [InlineData(VectorOperation.Query, """{"vector":[1,2],"filter":{"a":{"$like":"x"}}}""", 40000, "$like, which is no operator")]
    [InlineData(VectorOperation.Query, """{"vector":[1,2],"filter":{"unknown":1}}""", 40000, "There is no metadata index for \"unknown\"")]
    [InlineData(VectorOperation.Query, """{"vectorId":"none"}""", 40007, "There is no vector")]
    [InlineData(VectorOperation.GetByIds, """{"ids":[1]}""", 40000, "array of strings")]
    public async Task What_does_not_fit_is_refused(VectorOperation operation, string request, int code, string message)
    {
        await CreateAsync("a", 2);
        var refused = await Assert.ThrowsAsync<VectorException>(() => CallAsync("a", operation, request));
        Assert.Equal(code, refused.Code);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await CallAsync("a", VectorOperation.Describe, ""))["vectorCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Vectors_of_one_call_are_added_together_or_not_at_all()
    {
        await CreateAsync("a", 1);
        await Assert.ThrowsAsync<VectorException>(() => CallAsync("a", VectorOperation.Insert, "{\"id\":\"1\",\"values\":[1]}\n{\"id\":\"2\",\"values\":[1,2]}"));
        Assert.Equal(0, (await CallAsync("a", VectorOperation.Describe, ""))["vectorCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Writers_at_once_lose_nothing()
    {
        await CreateAsync("a", 1);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(number => CallAsync("a", VectorOperation.Insert, $$"""{"id":"{{number}}","values":[{{number}}]}""")));
        Assert.Equal(16, (await CallAsync("a", VectorOperation.Describe, ""))["vectorCount"]!.GetValue<int>());
        var page = await CallAsync("a", VectorOperation.List, """{"count":10}""");
        Assert.True(page["isTruncated"]!.GetValue<bool>());
        var rest = await CallAsync("a", VectorOperation.List, $$"""{"count":10,"cursor":"{{page["nextCursor"]}}"}""");
        Assert.Equal((10, 6, 16), (page["count"]!.GetValue<int>(), rest["count"]!.GetValue<int>(), rest["totalCount"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_damaged_file_fails_alone()
    {
        await CreateAsync("a", 1);
        await CreateAsync("b", 1);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "index-a.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        Assert.Equal(500, (await Assert.ThrowsAsync<VectorException>(() => CallAsync("a", VectorOperation.Describe, ""))).Status);
        Assert.NotEmpty(_failures);
        await CallAsync("b", VectorOperation.Insert, "{\"id\":\"1\",\"values\":[1]}");
        Assert.True(await _store.DropAsync("a"));
        Assert.Equal(404, (await Assert.ThrowsAsync<VectorException>(() => CallAsync("a", VectorOperation.Describe, ""))).Status);
        Assert.Equal(["b"], (await _store.ListAsync()).Select(index => index.Name));
    }

    [Fact]
    public async Task In_development_the_first_vectors_make_the_index()
    {
        using SqliteVectorStore store = new(new VectorStoreOptions(Path.Combine(_folder.Path, "dev")) { CreateMissing = true }, TimeProvider.System);
        await store.CallAsync("new", VectorOperation.Insert, Encoding.UTF8.GetBytes("""{"id":"1","values":[1,2,3],"metadata":{"any":1}}"""), TestContext.Current.CancellationToken);
        var found = await store.CallAsync("new", VectorOperation.Query, Encoding.UTF8.GetBytes("""{"vector":[1,2,3],"filter":{"any":1}}"""), TestContext.Current.CancellationToken);
        Assert.Contains("\"id\":\"1\"", Encoding.UTF8.GetString(found.Span), StringComparison.Ordinal);
    }

    private static JsonArray Json(float[] vector) => new([.. vector.Select(number => JsonValue.Create(number))]);

    private static double Plain(VectorMetric metric, float[] one, float[] other)
    {
        double dot = one.Zip(other, (a, b) => (double)a * b).Sum(), distance = Math.Sqrt(one.Zip(other, (a, b) => Math.Pow(a - (double)b, 2)).Sum());
        double Norm(float[] of) => Math.Sqrt(of.Sum(a => (double)a * a));
        return metric switch { VectorMetric.Cosine => dot / (Norm(one) * Norm(other)), VectorMetric.Euclidean => distance, _ => -dot };
    }

    private SqliteVectorStore Open() => new(new VectorStoreOptions(_folder.Path) { OnFailure = _failures.Add }, TimeProvider.System);

    private async Task CreateAsync(string name, int dimensions, VectorMetric metric = VectorMetric.Cosine, string[]? indexes = null)
    {
        VectorIndex index = new(name, "", dimensions, metric, default, default) { MetadataIndexes = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange((indexes ?? []).Select(each => KeyValuePair.Create(each, "string"))) };
        Assert.True(await _store.CreateAsync(index));
        Assert.False(await _store.CreateAsync(index));
    }

    private async Task<JsonNode> CallAsync(string index, VectorOperation operation, string request) =>
        JsonNode.Parse((await _store.CallAsync(index, operation, Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken)).Span)!;
}
