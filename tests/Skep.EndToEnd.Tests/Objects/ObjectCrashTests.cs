using System.Globalization;
using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>What objects of both worker processes have acknowledged they keep, and half of nothing.</summary>
public class ObjectCrashTests : CrashTest
{
    private const int Objects = 4;

    // Key, row and count are written in one turn: all of them are there, or none. The large value has the log moved into the file now and then.
    private protected sealed override string Code =>
        $$"""
        import { DurableObject } from "cloudflare:workers";

        export class Inner extends DurableObject {
          async put(key) {
            const { storage } = this.ctx;
            storage.sql.exec("CREATE TABLE IF NOT EXISTS t (k TEXT PRIMARY KEY); CREATE TABLE IF NOT EXISTS big (id INTEGER PRIMARY KEY, v)");
            storage.sql.exec("INSERT INTO t VALUES (?)", key);
            storage.sql.exec("INSERT OR REPLACE INTO big VALUES (1, randomblob(20000))");
            storage.put(`k:${key}`, key.repeat(50));
            storage.put("count", (await storage.get("count") ?? 0) + 1);
          }

          async check(keys) {
            const { storage } = this.ctx;
            const rows = new Set(storage.sql.exec("SELECT k FROM t").toArray().map((row) => row.k));
            const values = new Set([...(await storage.list({ prefix: "k:" })).keys()].map((key) => key.slice(2)));
            const same = rows.size === values.size && rows.size === (await storage.get("count") ?? 0) && [...rows].every((row) => values.has(row));
            return { missing: keys.filter((key) => !rows.has(key)), torn: !same, check: storage.sql.exec("PRAGMA quick_check").one().quick_check };
          }
        }

        {{Thing}}

        export default {
          fetch: refusable(async (request, env) => {
            const [, name, key] = new URL(request.url).pathname.split("/");
            const stub = env.THINGS.getByName(name);
            if (request.method === "POST") return Response.json(await stub.check((await request.text()).split(",")));
            await stub.put(key);
            return new Response("stored");
          }),
        };
        """;

    /// <summary>The class that the Worker has a namespace of: stores like Inner.</summary>
    private protected virtual string Thing => "export class Thing extends Inner {}";

    private protected sealed override Task DeployAsync(SupervisedServer server) => UploadAsync(
        server,
        """[{ "type": "durable_object_namespace", "name": "THINGS", "class_name": "Thing" }]""",
        """ "migrations": { "new_tag": "v1", "steps": [{ "new_sqlite_classes": ["Thing"] }] } """);

    private protected sealed override async Task<IReadOnlyList<string>> WriteAsync(CrashClient client, int number, string name)
    {
        var one = Math.Abs(name.Sum(static character => character)) % Objects;
        return await client.TryAsync(HttpMethod.Put, $"/{one.ToString(CultureInfo.InvariantCulture)}/{name}") ? [$"{one}/{name}"] : [];
    }

    private protected sealed override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        foreach (var one in acknowledged.Select(each => each.Split('/')).GroupBy(each => each[0], each => each[1]))
            Assert.Equal("""{"missing":[],"torn":false,"check":"ok"}""", await client.PostAsync($"/{one.Key}", string.Join(',', one)));
    }
}
