using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Workflows;

/// <summary>Instances go on where they were, whatever is killed.</summary>
public sealed class WorkflowCrashTests : IDisposable
{
    private const int Rounds = 8;
    private const int InstancesARound = 12;

    private const string Worker = """
        import { WorkflowEntrypoint } from "cloudflare:workers";
        export class Steps extends WorkflowEntrypoint {
          async run(event, step) {
            const made = [];
            for (let i = 0; i < 5; i++) {
              made.push(await step.do("make", async () => crypto.randomUUID()));
              await step.sleep("pause", 30);
            }
            const first = await step.do("check", async () => made.join());
            return { same: first === made.join(), id: event.payload.id };
          }
        }
        export default {
          async fetch(request, env) {
            const url = new URL(request.url);
            const id = url.searchParams.get("id");
            if (url.pathname === "/create") return new Response((await env.STEPS.create({ id, params: { id } })).id);
            return Response.json(await (await env.STEPS.get(id)).status());
          },
        };
        """;

    private readonly TemporaryProject _project = new();
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _project.Dispose();
    }

    [Fact]
    public async Task Every_instance_that_was_acknowledged_ends_after_eight_kills_of_the_server()
    {
        _project.Write("index.js", Worker);
        _project.Write("wrangler.jsonc", """
            { "name": "crash", "main": "index.js", "compatibility_date": "2026-11-01", "workflows": [{ "name": "steps", "binding": "STEPS", "class_name": "Steps" }] }
            """);
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
            var until = _acknowledged.Count + InstancesARound;
            var creating = CreateAsync(path => new Uri($"http://127.0.0.1:{server.Port}{path}"), $"r{round}");
            while (_acknowledged.Count < until) await Task.WhenAny(creating, Task.Delay(1, Cancellation));
            server.Crash();
            await creating;
        }

        await using var last = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        foreach (var id in _acknowledged) await EndsAsync(new Uri($"http://127.0.0.1:{last.Port}/status?id={id}"), id);
    }

    [Fact]
    public async Task A_run_whose_worker_process_is_killed_goes_on_in_another()
    {
        await using var server = await SupervisedServer.StartAsync(Path.Combine(_project.Folder, "data"));
        using var uploaded = await server.UploadAsync("crash", Worker, """[{ "type": "workflow", "name": "STEPS", "workflow_name": "steps", "class_name": "Steps" }]""");
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync(Cancellation));
        using var put = await server.Api.PutAsJsonAsync(new Uri($"{server.Account}/workflows/steps"), new { script_name = "crash", class_name = "Steps" }, Cancellation);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancellation));
        await server.EnableAsync("crash");
        for (var kills = 0; kills < 4; kills++)
        {
            var serving = await server.ServingAsync(2 + kills);
            for (var i = 0; i < 8; i++) Assert.Equal($"k{kills}-{i}", await server.GetAsync("crash", $"/create?id=k{kills}-{i}"));
            Process.GetProcessById(serving[^1]).Kill();
        }

        for (var kills = 0; kills < 4; kills++)
        {
            for (var i = 0; i < 8; i++)
            {
                string status;
                do
                {
                    status = await server.GetAsync("crash", $"/status?id=k{kills}-{i}");
                }
                while (!IsOver(status));
                Assert.Equal($$$"""{"status":"complete","output":{"same":true,"id":"k{{{kills}}}-{{{i}}}"}}""", status);
            }
        }
    }

    private static bool IsOver(string status) => status.Contains("complete", StringComparison.Ordinal) || status.Contains("errored", StringComparison.Ordinal);

    // Makes one instance after the other until the server is gone; only what was answered counts.
    private async Task CreateAsync(Func<string, Uri> url, string name)
    {
        for (var number = 0; ; number++)
        {
            var id = $"{name}-{number}";
            try
            {
                Assert.Equal(id, await _client.GetStringAsync(url($"/create?id={id}"), Cancellation));
            }
            catch (HttpRequestException)
            {
                return;
            }

            _acknowledged.Enqueue(id);
        }
    }

    private async Task EndsAsync(Uri url, string id)
    {
        string status;
        do
        {
            status = await _client.GetStringAsync(url, Cancellation);
        }
        while (!IsOver(status));
        Assert.Equal($$$"""{"status":"complete","output":{"same":true,"id":"{{{id}}}"}}""", status);
    }
}
