using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Platform;

/// <summary>Every vector whose mutation was answered is there with its numbers and its metadata, and is found.</summary>
public sealed class VectorizeCrashTests : CrashTest
{
    private const int CheckedAtOnce = 1000;

    private protected override int WritesBetweenKills => 20;

    // Two vectors go in at once: both or none. Each is nearest to itself.
    private protected override string Code =>
        """
        const values = (name) => {
          let seed = 7;
          for (const character of name) seed = (seed * 31 + character.charCodeAt(0)) % 65521;
          return Array.from({ length: 8 }, () => (seed = (seed * 75 + 74) % 65521));
        };
        const same = (vector, name) => vector.metadata.name === name && vector.values.every((value, i) => value === values(name)[i]);
        export default {
          fetch: refusable(async (request, env) => {
            if (request.method === "PUT") {
              const name = new URL(request.url).pathname.slice(1);
              const twin = `${name}-twin`;
              await env.INDEX.upsert([name, twin].map((id) => ({ id, values: values(id), metadata: { name: id } })));
              return new Response("stored");
            }
            const names = (await request.text()).split(",");
            const wrong = [];
            for (let i = 0; i < names.length; i += 10) {
              const pairs = names.slice(i, i + 10).flatMap((name) => [name, `${name}-twin`]);
              const found = new Map((await env.INDEX.getByIds(pairs)).map((vector) => [vector.id, vector]));
              for (const name of pairs) if (!found.has(name) || !same(found.get(name), name)) wrong.push(name);
            }
            const [nearest] = (await env.INDEX.query(values(names[0]), { topK: 1, returnValues: true, returnMetadata: "all" })).matches;
            if (nearest.score !== 0 || !same(nearest, nearest.id)) wrong.push(`nearest to ${names[0]}: ${nearest.id}`);
            if ((await env.INDEX.describe()).vectorCount % 2 !== 0) wrong.push("half of a pair");
            return new Response(wrong.join(","));
          }),
        };
        """;

    private protected override async Task DeployAsync(SupervisedServer server)
    {
        await server.PostAsync("vectorize/v2/indexes", """{ "name": "points", "config": { "dimensions": 8, "metric": "euclidean" } }""");
        await UploadAsync(server, """[{ "type": "vectorize", "name": "INDEX", "index_name": "points" }]""");
    }

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        foreach (var names in acknowledged.Chunk(CheckedAtOnce)) Assert.Equal("", await client.PostAsync("/", string.Join(',', names)));
    }
}
