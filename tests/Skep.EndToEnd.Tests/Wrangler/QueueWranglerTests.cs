using System.Text.RegularExpressions;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>Queues by the real wrangler against a real <c>skep serve</c>.</summary>
public sealed partial class QueueWranglerTests : IDisposable
{
    private const string Worker = """
        export default {
          async fetch(request, env) {
            const url = new URL(request.url);
            if (url.pathname === "/metrics") return Response.json(await env.JOBS.metrics());
            if (url.pathname !== "/send") return Response.json(await env.KV.get(url.pathname, "json"));
            await env.JOBS.sendBatch(url.searchParams.getAll("job").map((job) => ({ body: { job } })));
            return new Response("sent");
          },
          async queue(batch, env) {
            for (const message of batch.messages) {
              console.log(`${batch.queue} ${message.body.job} attempt ${message.attempts}`);
              if (batch.queue === "jobs" && message.body.job === "bad") message.retry();
              else await env.KV.put(`/${message.body.job}`, JSON.stringify({ queue: batch.queue, attempts: message.attempts }));
            }
          },
        };
        """;

    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_producer_its_consumer_a_dead_letter_queue_and_a_client_that_pulls()
    {
        await using var server = await SupervisedServer.StartAsync(Path.Combine(_data.Folder, "data"));
        using var project = new WranglerProject(server.Process.Output);
        project.Write("index.js", Worker);
        project.Write("wrangler.jsonc", """
            {
              "name": "jobs-worker", "main": "index.js", "compatibility_date": "2026-11-01",
              "kv_namespaces": [{ "binding": "KV" }],
              "queues": {
                "producers": [{ "binding": "JOBS", "queue": "jobs" }],
                "consumers": [
                  { "queue": "jobs", "max_batch_size": 3, "max_batch_timeout": 1, "max_retries": 1, "dead_letter_queue": "letters" },
                  { "queue": "letters", "max_batch_timeout": 0 }
                ]
              }
            }
            """);
        var (missing, refused) = await project.TryAsync("deploy");
        Assert.True(missing != 0 && refused.Contains("does not exist. To create it, run: wrangler queues create", StringComparison.Ordinal), refused);
        await project.RunAsync("queues create jobs");
        await project.RunAsync("queues create letters --message-retention-period-secs 3600");
        var (again, taken) = await project.TryAsync("queues create jobs");
        Assert.True(again != 0 && taken.Contains("already taken", StringComparison.Ordinal), taken);
        var deployed = await project.RunAsync("deploy");
        Assert.Contains("Consumer for letters", deployed, StringComparison.Ordinal);
        // Again: the consumers are there already.
        await project.RunAsync("deploy");

        using var tail = project.Start("tail jobs-worker --format json");
        await tail.PrintedAsync("\"queue\": \"jobs\"", () => GetAsync(server, "/send?job=good&job=bad&job=fine"));
        await tail.PrintedAsync("letters bad attempt 1");
        Assert.Matches(BatchSize(), tail.Output);
        Assert.Equal("""{"queue":"jobs","attempts":1}""", await HandledAsync(server, "/good"));
        Assert.Equal("""{"queue":"letters","attempts":1}""", await HandledAsync(server, "/bad"));

        await project.RunAsync("queues pause-delivery jobs");
        await GetAsync(server, "/send?job=paused");
        Assert.Contains("\"backlogCount\":", await GetAsync(server, "/metrics"), StringComparison.Ordinal);
        await project.RunAsync("queues purge jobs --force");
        await project.RunAsync("queues resume-delivery jobs");
        Assert.Equal("""{"backlogCount":0,"backlogBytes":0}""", await GetAsync(server, "/metrics"));

        // From push to pull.
        var (both, conflict) = await project.TryAsync("queues consumer http add jobs");
        Assert.True(both != 0 && conflict.Contains("already has a consumer: the Worker jobs-worker", StringComparison.Ordinal), conflict);
        await project.RunAsync("queues consumer worker remove jobs jobs-worker");
        await project.RunAsync("queues consumer http add jobs --batch-size 5 --message-retries 2");
        var info = await project.RunAsync("queues info jobs");
        Assert.Contains("HTTP Pull Consumer", info, StringComparison.Ordinal);
        var id = QueueId().Match(info).Groups["id"].Value;
        await GetAsync(server, "/send?job=pulled");
        var pulled = await server.PostAsync($"queues/{id}/messages/pull", "{}");
        var message = Assert.Single(pulled.GetProperty("messages").EnumerateArray());
        Assert.Equal("""{"job":"pulled"}""", System.Text.Encoding.UTF8.GetString(message.GetProperty("body").GetBytesFromBase64()));
        var settled = await server.PostAsync($"queues/{id}/messages/ack", $$"""{ "acks": [{ "lease_id": "{{message.GetProperty("lease_id").GetString()}}" }] }""");
        Assert.Equal(1, settled.GetProperty("ackCount").GetInt32());

        var (unknown, subscription) = await project.TryAsync("queues subscription list jobs");
        Assert.True(unknown != 0 && subscription.Contains("Skep does not have this yet", StringComparison.Ordinal), subscription);
        await project.RunAsync("queues consumer http remove jobs");
        await project.RunAsync("queues update letters --delivery-delay-secs 1");
        await project.RunAsync("queues delete letters");
        Assert.DoesNotContain("letters", await project.RunAsync("queues list"), StringComparison.Ordinal);
    }

    private async Task<string> HandledAsync(SupervisedServer server, string job)
    {
        for (;;)
        {
            var text = await GetAsync(server, job);
            if (text != "null") return text;
            await Task.Delay(20, Cancellation);
        }
    }

    private async Task<string> GetAsync(SupervisedServer server, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{server.Process.Port}{path}");
        request.Headers.Host = "jobs-worker.localhost";
        using var response = await _client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    [GeneratedRegex("\"batchSize\": [1-3]", RegexOptions.None, 1000)]
    private static partial Regex BatchSize();

    [GeneratedRegex("Queue ID: (?<id>[0-9a-f]{32})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QueueId();
}
