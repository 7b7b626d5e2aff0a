using System.Text.Json.Nodes;

namespace Skep.EndToEnd.Tests.Platform;

public sealed class VectorizeTests
{
    [Fact]
    public async Task Indexes_are_managed_by_wrangler_and_used_by_workers()
    {
        await using var project = await ServedProject.StartAsync();
        var wrangler = project.Wrangler;
        wrangler.Write("wrangler.jsonc", """{ "name": "none" }""");
        Assert.Contains("Successfully created", await wrangler.RunAsync("vectorize create films --dimensions 3 --metric euclidean"), StringComparison.Ordinal);
        var (code, duplicate) = await wrangler.TryAsync("vectorize create films --dimensions 3 --metric cosine");
        Assert.True(code != 0 && duplicate.Contains("exists already", StringComparison.Ordinal), duplicate);
        Assert.Contains("metadata index creation", await wrangler.RunAsync("vectorize create-metadata-index films --propertyName genre --type string"), StringComparison.Ordinal);
        Assert.Contains("genre", await wrangler.RunAsync("vectorize list-metadata-index films"), StringComparison.Ordinal);
        wrangler.Write("films.ndjson", """
            {"id":"a","values":[1,0,0],"metadata":{"genre":"drama"}}
            {"id":"b","values":[0,1,0],"metadata":{"genre":"comedy"}}
            {"id":"c","values":[0,0,1],"metadata":{"genre":"drama"},"namespace":"old"}

            """);
        Assert.Contains("3 vectors", await wrangler.RunAsync("vectorize insert films --file films.ndjson"), StringComparison.Ordinal);
        Assert.Contains("films", await wrangler.RunAsync("vectorize list"), StringComparison.Ordinal);
        Assert.Contains("euclidean", await wrangler.RunAsync("vectorize get films"), StringComparison.Ordinal);
        Assert.Equal(3, JsonNode.Parse(await wrangler.RunAsync("vectorize info films --json"))!["vectorCount"]!.GetValue<int>());

        await project.DeployAsync(""" "vectorize": [{ "binding": "FILMS", "index_name": "films" }] """, """
            export default {
              async fetch(request, env) {
                const { FILMS } = env;
                const results = [];
                const added = await FILMS.upsert([{ id: "d", values: new Float32Array([1, 1, 0]), metadata: { genre: "drama", year: 2026 } }]);
                results.push(typeof added.mutationId, (await FILMS.describe()).vectorCount);
                const { matches } = await FILMS.query([1, 0, 0], { topK: 2, returnMetadata: "all", filter: { genre: "drama" } });
                results.push(matches.map(({ id, score, metadata }) => [id, score, metadata]));
                results.push((await FILMS.queryById("c", { namespace: "old", returnValues: true })).matches);
                results.push((await FILMS.getByIds(["d"]))[0].values);
                results.push(await FILMS.query([1], {}).catch((error) => error.message));
                results.push(await FILMS.query([1, 0, 0], { returnMetadata: "some" }).catch((error) => error.message));
                await FILMS.deleteByIds(["d"]);
                results.push((await FILMS.describe()).vectorCount);
                return Response.json(results);
              },
            };
            """);
        Assert.Equal(
            """["string",4,[["a",0,{"genre":"drama"}],["d",1,{"genre":"drama","year":2026}]],[{"id":"c","score":0,"namespace":"old","values":[0,0,1]}],[1,1,0],"VECTOR_QUERY_ERROR (code = 40012): invalid query vector, expected 3 dimensions, and got 1 dimensions","Invalid returnMetadata option. Expected: true, false, \"none\", \"indexed\" or \"all\"; got: some",3]""",
            await project.GetAsync("/"));
        Assert.Contains("\"id\": \"b\"", await wrangler.RunAsync("vectorize query films --vector 0 1 0 --top-k 1"), StringComparison.Ordinal);
        Assert.Contains("drama", await wrangler.RunAsync("vectorize get-vectors films --ids a"), StringComparison.Ordinal);
        await wrangler.RunAsync("vectorize delete-vectors films --ids a b");
        Assert.Equal(1, JsonNode.Parse(await wrangler.RunAsync("vectorize info films --json"))!["vectorCount"]!.GetValue<int>());

        wrangler.Write("wrangler.jsonc", """{ "name": "app", "main": "index.js", "compatibility_date": "2026-11-01", "vectorize": [{ "binding": "FILMS", "index_name": "nothing" }] }""");
        var (_, missing) = await wrangler.TryAsync("deploy");
        Assert.Contains("The Vectorize index \"nothing\" does not exist", missing, StringComparison.Ordinal);
        Assert.Contains("Deleted index films", await wrangler.RunAsync("vectorize delete films --force"), StringComparison.Ordinal);
    }
}
