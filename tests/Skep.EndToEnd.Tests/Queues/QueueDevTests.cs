using Skep.EndToEnd.Tests.Dev;

namespace Skep.EndToEnd.Tests.Queues;

/// <summary>Queues of projects under development.</summary>
public sealed class QueueDevTests : DevTest
{
    [Fact]
    public async Task Messages_are_delivered_retried_and_dead_lettered_and_are_there_after_a_crash()
    {
        Project.Write("index.js", """
            export default {
              async fetch(request, env) {
                const url = new URL(request.url);
                await env.JOBS.send(url.searchParams.get("job"), { delaySeconds: Number(url.searchParams.get("delay")) });
                return new Response("sent");
              },
              queue(batch) {
                for (const message of batch.messages) {
                  console.log(`${batch.queue} has ${message.body}`);
                  if (batch.queue === "jobs" && message.body === "bad") message.retry();
                }
              },
            };
            """);
        Project.Write("wrangler.jsonc", """
            {
              "name": "dev-queues", "main": "index.js", "compatibility_date": "2026-11-01",
              "queues": {
                "producers": [{ "binding": "JOBS", "queue": "jobs" }],
                "consumers": [{ "queue": "jobs", "max_batch_timeout": 0, "max_retries": 1, "dead_letter_queue": "letters" }, { "queue": "letters", "max_batch_timeout": 0 }]
              }
            }
            """);
        await using (var server = await StartAsync())
        {
            await SendAsync(server, "good", 0);
            await server.Printed("jobs has good", Cancellation);
            await server.Printed("QUEUE jobs 1/1", Cancellation);
            await SendAsync(server, "bad", 0);
            await server.Printed("1 again", Cancellation);
            await server.Printed("1 to the dead letter queue", Cancellation);
            await server.Printed("letters has bad", Cancellation);
            await SendAsync(server, "later", 2);
            server.Crash();
        }

        await using var again = await StartAsync();
        await again.Printed("jobs has later", Cancellation);
    }

    private async Task SendAsync(ServerProcess server, string job, int delay) =>
        Assert.Equal("sent", await GetAsync(server, $"/?job={job}&delay={delay}"));
}
