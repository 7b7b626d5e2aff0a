using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.D1;

/// <summary>A row is in both tables that a batch writes, or in none.</summary>
public sealed class D1CrashTests : CrashTest
{
    private protected override string Code =>
        """
        export default {
          fetch: refusable(async (request, env) => {
            if (request.method === "PUT") {
              const key = new URL(request.url).pathname.slice(1);
              await env.DB.batch([
                env.DB.prepare("CREATE TABLE IF NOT EXISTS a (k TEXT PRIMARY KEY, v TEXT)"),
                env.DB.prepare("CREATE TABLE IF NOT EXISTS b (k TEXT PRIMARY KEY, v TEXT)"),
                env.DB.prepare("INSERT INTO a VALUES (?, ?)").bind(key, key.repeat(50)),
                env.DB.prepare("INSERT INTO b SELECT * FROM a WHERE k = ?").bind(key),
              ]);
              return new Response("stored");
            }
            const names = JSON.stringify((await request.text()).split(","));
            const [missing, torn, check] = await env.DB.batch([
              env.DB.prepare("SELECT value FROM json_each(?) WHERE value NOT IN (SELECT k FROM a)").bind(names),
              env.DB.prepare("SELECT k FROM a EXCEPT SELECT k FROM b UNION SELECT k FROM b EXCEPT SELECT k FROM a"),
              env.DB.prepare("PRAGMA quick_check"),
            ]);
            return Response.json([missing.results, torn.results, check.results[0].quick_check]);
          }),
        };
        """;

    private protected override async Task DeployAsync(SupervisedServer server)
    {
        var made = await server.PostAsync("d1/database", """{ "name": "rows" }""");
        await UploadAsync(server, $$"""[{ "type": "d1", "name": "DB", "id": "{{made.GetProperty("uuid").GetString()}}" }]""");
    }

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged) =>
        Assert.Equal("""[[],[],"ok"]""", await client.PostAsync("/", string.Join(',', acknowledged)));
}
