using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>Cron triggers of a TypeScript Worker with a secret, deployed by the real wrangler.</summary>
public sealed class CronTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_trigger_fires_with_its_secret_and_survives_a_crash()
    {
        string output;
        await using (var server = await StartAsync())
        {
            output = server.Output;
            using var project = new WranglerProject(output);
            project.Write("wrangler.jsonc", """{ "name": "ticker", "main": "src/index.ts", "compatibility_date": "2026-11-01", "triggers": { "crons": ["* * * * *"] } }""");
            project.Write("src/index.ts", """
                interface Env { SECRET?: string }
                export default {
                  async scheduled(controller: ScheduledController, env: Env, ctx: ExecutionContext): Promise<void> {
                    ctx.waitUntil((async () => console.log(`tick ${controller.cron} ${controller.scheduledTime % 60000} ${env.SECRET}`))());
                  },
                };
                """);
            Assert.Contains("schedule: * * * * *", await project.RunAsync("deploy"), StringComparison.Ordinal);
            await project.RunAsync("secret put SECRET", "hush");
            await server.Printed("[ticker] tick * * * * * 0 hush", Cancellation);
            server.Crash();
        }

        await using var again = await StartAsync();
        var runs = await RunsAsync(again, output);
        Assert.NotEmpty(runs);
        Assert.Equal("* * * * *", runs[^1]!["cron"]!.GetValue<string>());

        using var changed = new WranglerProject(Exports(again, output));
        changed.Write("wrangler.jsonc", """{ "name": "ticker", "main": "index.js", "compatibility_date": "2026-11-01", "triggers": { "crons": ["0 22 * * 0"] } }""");
        changed.Write("index.js", "export default { scheduled() {} };");
        var (exitCode, refusal) = await changed.TryAsync("deploy");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("the weekday 0 is not between 1 (Sunday) and 7 (Saturday). [code: 10100]", refusal, StringComparison.Ordinal);
    }

    private static async Task<JsonArray> RunsAsync(ServerProcess server, string firstOutput)
    {
        var exports = Exports(server, firstOutput).Split('\n').Where(line => line.Contains("export ", StringComparison.Ordinal)).Select(line => line.Split("export ")[1].Split(' ')[0].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", exports["CLOUDFLARE_API_TOKEN"]);
        var text = await client.GetStringAsync($"{exports["CLOUDFLARE_API_BASE_URL"]}/accounts/{exports["CLOUDFLARE_ACCOUNT_ID"]}/workers/scripts/ticker/schedules/runs", Cancellation);
        return JsonNode.Parse(text)!["result"]!.AsArray();
    }

    // The token is shown by the first start only, and the control plane has another port after each.
    private static string Exports(ServerProcess server, string firstOutput) =>
        string.Join('\n', server.Output.Split('\n').Concat(firstOutput.Split('\n').Where(line => line.Contains("CLOUDFLARE_API_TOKEN=", StringComparison.Ordinal))));

    private Task<ServerProcess> StartAsync() => ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);
}
