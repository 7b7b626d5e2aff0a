using System.Globalization;
using Skep.EndToEnd.Tests.Supervision;
using Skep.EndToEnd.Tests.Wrangler;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>Facets of dynamic Workers' classes in <c>skep serve</c> with two worker processes, deployed by wrangler.</summary>
public sealed class FacetServeTests : IDisposable
{
    private const string Configuration =
        """
        {
          "name": "rooms",
          "main": "index.js",
          "compatibility_date": "2026-11-01",
          "worker_loaders": [{ "binding": "LOADER" }],
          "durable_objects": { "bindings": [{ "name": "RUNNER", "class_name": "AppRunner" }] },
          "migrations": [{ "tag": "v1", "new_sqlite_classes": ["AppRunner"] }]
        }
        """;

    private const string Code =
        """
        import { DurableObject } from "cloudflare:workers";

        const app = `
          import { DurableObject } from "cloudflare:workers";
          export class App extends DurableObject {
            constructor(ctx, env) {
              super(ctx, env);
              ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS counter (n INTEGER)");
            }
            fetch() {
              this.ctx.storage.sql.exec("INSERT INTO counter SELECT count(*) + 1 FROM counter");
              return new Response(this.ctx.storage.sql.exec("SELECT max(n) AS n FROM counter").one().n);
            }
          }`;

        export class AppRunner extends DurableObject {
          async fetch(request) {
            if (request.url.endsWith("/delete")) {
              this.ctx.facets.delete("app");
              return new Response("deleted");
            }
            const facet = this.ctx.facets.get("app", () => ({
              class: this.env.LOADER.get("app-v1", () => ({ compatibilityDate: "2026-11-01", mainModule: "app.js", modules: { "app.js": app }, globalOutbound: null })).getDurableObjectClass("App"),
            }));
            return facet.fetch(request);
          }
        }

        export default {
          async fetch(request, env) {
            try { return await env.RUNNER.getByName("one").fetch(request) } catch (error) { return new Response(error.message, { status: 503 }) }
          },
        };
        """;

    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task What_a_facet_acknowledged_is_there_wherever_its_object_goes()
    {
        await using var server = await SupervisedServer.StartAsync(Path.Combine(_data.Folder, "data"));
        using WranglerProject project = new(server.Process.Output);
        project.Write("wrangler.jsonc", Configuration);
        project.Write("index.js", Code);
        await project.RunAsync("deploy");

        var last = 0;
        for (var round = 0; round < 3; round++)
        {
            // Each on a connection of its own, so that some arrive where the object is not.
            for (var i = 0; i < 8; i++) last = await CountAsync(server, last);
            foreach (var process in await server.ServingAsync(2 + (2 * round))) ServerProcess.Signal(process, SupervisedServer.SigKill);
            await server.ServingAsync(4 + (2 * round));
        }

        // Another version takes the object over.
        await project.RunAsync("deploy");
        last = await CountAsync(server, last);
        Assert.True(last >= 25);
        Assert.Equal("deleted", await GetAsync(server, "/delete"));
        Assert.Equal("1", await GetAsync(server, "/"));
    }

    // A request that a process took with it may have counted.
    private static async Task<int> CountAsync(SupervisedServer server, int after)
    {
        for (;;)
        {
            string answer;
            try
            {
                answer = await GetAsync(server, "/");
            }
            catch (HttpRequestException)
            {
                continue;
            }

            if (!int.TryParse(answer, CultureInfo.InvariantCulture, out var count)) continue;
            Assert.InRange(count, after + 1, after + 10);
            return count;
        }
    }

    private static async Task<string> GetAsync(SupervisedServer server, string path)
    {
        using CounterClient client = new(server.Process.Port);
        return (await client.GetAsync(path, Cancellation)).Text;
    }
}
