using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>Every alarm that was set goes off, whichever process is lost before, while or after it does.</summary>
public sealed class AlarmCrashTests : CrashTest
{
    private const int CheckedAtOnce = 100;

    private protected override int Clients => 2;

    private protected override int WritesBetweenKills => 20;

    private protected override string Code =>
        """
        import { DurableObject } from "cloudflare:workers";

        export class Clock extends DurableObject {
          async arm() { await this.ctx.storage.setAlarm(Date.now() + Math.random() * 2000); }
          async alarm() { await this.ctx.storage.put("rung", true); }
          async rung() { return await this.ctx.storage.get("rung") ?? false; }
        }

        export default {
          fetch: refusable(async (request, env) => {
            if (request.method === "POST") {
              const names = (await request.text()).split(",");
              const rung = await Promise.all(names.map((name) => env.CLOCKS.getByName(name).rung()));
              return new Response(names.filter((_, i) => !rung[i]).join(","));
            }
            await env.CLOCKS.getByName(new URL(request.url).pathname.slice(1)).arm();
            return new Response("armed");
          }),
        };
        """;

    private protected override Task DeployAsync(SupervisedServer server) => UploadAsync(
        server,
        """[{ "type": "durable_object_namespace", "name": "CLOCKS", "class_name": "Clock" }]""",
        """ "migrations": { "new_tag": "v1", "steps": [{ "new_sqlite_classes": ["Clock"] }] } """);

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        foreach (var names in acknowledged.Chunk(CheckedAtOnce))
        {
            for (var silent = string.Join(',', names); silent != "";) silent = await client.PostAsync("/", silent);
        }
    }
}
