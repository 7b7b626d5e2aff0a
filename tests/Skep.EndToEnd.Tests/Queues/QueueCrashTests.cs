using System.Collections.Concurrent;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Queues;

/// <summary>A server that is killed while messages are sent and handled delivers every message that it has acknowledged.</summary>
public sealed class QueueCrashTests : IDisposable
{
    // Each round is a crash of everything and a crash of every worker process.
    private const int Rounds = 5;
    private const int Clients = 4;
    private const int SentBeforeCrash = 60;

    private const string Worker = """
        export default {
          async fetch(request, env) {
            const names = new URL(request.url).pathname.slice(1).split(",");
            if (request.method === "PUT") {
              await env.Q.sendBatch(names.map((name) => ({ body: name })));
              return new Response("sent");
            }
            const handled = await Promise.all(names.map((name) => env.KV.get(name)));
            return new Response(names.filter((_, i) => handled[i] === null).join(","));
          },
          async queue(batch, env) {
            for (const message of batch.messages) {
              await env.KV.put(message.body, "handled");
              message.ack();
            }
          },
        };
        """;

    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_by_kills()
    {
        var folder = Path.Combine(_data.Folder, "data");
        string? token = null;
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await SupervisedServer.StartAsync(folder, token);
            token = server.Token;
            if (round == 0) await DeployAsync(server);
            var until = _acknowledged.Count + SentBeforeCrash;
            var sending = Enumerable.Range(0, Clients).Select(client => SendAsync(server.Process.Port, $"{round}-{client}")).ToArray();
            while (_acknowledged.Count < until) await Task.WhenAny([.. sending, Task.Delay(1, Cancellation)]);
            foreach (var process in await server.ServingAsync(2)) ServerProcess.Signal(process, SupervisedServer.SigKill);
            until += SentBeforeCrash;
            while (_acknowledged.Count < until && !sending.All(each => each.IsCompleted)) await Task.WhenAny([.. sending, Task.Delay(1, Cancellation)]);
            server.Process.Crash();
            await Task.WhenAll(sending);
        }

        await using var last = await SupervisedServer.StartAsync(folder, token);
        Assert.True(_acknowledged.Count >= Rounds * SentBeforeCrash);
        foreach (var names in _acknowledged.Chunk(50)) await HandledAsync(last.Process.Port, names);
    }

    private static async Task DeployAsync(SupervisedServer server)
    {
        var queue = await QueueApi.CreateAsync(server, "jobs");
        var kv = await QueueApi.PostAsync(server, "storage/kv/namespaces", """{ "title": "handled" }""");
        using var deployed = await server.UploadAsync(
            "worker", Worker, $$"""[{ "type": "queue", "name": "Q", "queue_name": "jobs" }, { "type": "kv_namespace", "name": "KV", "namespace_id": "{{kv.GetProperty("id").GetString()}}" }]""");
        Assert.True(deployed.IsSuccessStatusCode, await deployed.Content.ReadAsStringAsync(Cancellation));
        await server.EnableAsync("worker");
        // Attempts are not what this is about: a process that is killed uses one.
        await QueueApi.PostAsync(server, $"queues/{queue}/consumers", """{ "type": "worker", "script_name": "worker", "settings": { "max_wait_time_ms": 100, "max_retries": 100 } }""");
    }

    // Sends until the server is gone; only what was answered counts.
    private async Task SendAsync(int port, string name)
    {
        for (var number = 0; ; number++)
        {
            string[] names = [$"{name}-{number}-a", $"{name}-{number}-b"];
            try
            {
                using var response = await CallAsync(HttpMethod.Put, port, names);
                if (!response.IsSuccessStatusCode) continue;
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
            {
                return;
            }
            catch (HttpRequestException)
            {
                // The process was killed that had it: nobody knows.
                continue;
            }

            foreach (var each in names) _acknowledged.Enqueue(each);
        }
    }

    private async Task HandledAsync(int port, string[] names)
    {
        for (;;)
        {
            using var response = await CallAsync(HttpMethod.Get, port, names);
            Assert.True(response.IsSuccessStatusCode);
            if (await response.Content.ReadAsStringAsync(Cancellation) == "") return;
            await Task.Delay(20, Cancellation);
        }
    }

    private async Task<HttpResponseMessage> CallAsync(HttpMethod method, int port, string[] names)
    {
        using HttpRequestMessage request = new(method, $"http://127.0.0.1:{port}/{string.Join(',', names)}");
        request.Headers.Host = "worker.localhost";
        return await _client.SendAsync(request, Cancellation);
    }
}
