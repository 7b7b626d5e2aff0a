using Skep.EndToEnd.Tests.Platform;

namespace Skep.EndToEnd.Tests.Queues;

/// <summary>Queues in <c>skep serve</c> with two worker processes.</summary>
public sealed class QueueServeTests
{
    [Fact]
    public async Task Batches_go_to_the_worker_processes_by_turns()
    {
        await using var project = await ServedProject.StartAsync();
        await project.Wrangler.RunAsync("queues create jobs");
        await project.DeployAsync(
            """
            "kv_namespaces": [{ "binding": "KV" }],
            "queues": { "producers": [{ "binding": "JOBS", "queue": "jobs" }], "consumers": [{ "queue": "jobs", "max_batch_timeout": 0 }] }
            """,
            """
            let isolate;
            export default {
              async fetch(request, env) {
                const job = new URL(request.url).pathname;
                if (request.method === "POST") await env.JOBS.send(job);
                return new Response(await env.KV.get(job));
              },
              async queue(batch, env) {
                isolate ??= crypto.randomUUID();
                for (const message of batch.messages) await env.KV.put(message.body, isolate);
              },
            };
            """);

        // One after the other: a process has no need of a second isolate.
        var first = await HandledByAsync(project, "/1");
        var second = await HandledByAsync(project, "/2");
        Assert.NotEqual(first, second);
        Assert.Equal(first, await HandledByAsync(project, "/3"));
        Assert.Equal(second, await HandledByAsync(project, "/4"));
    }

    private static async Task<string> HandledByAsync(ServedProject project, string job)
    {
        using StringContent nothing = new("");
        var isolate = await project.GetAsync(job, nothing);
        while (isolate.Length == 0) isolate = await project.GetAsync(job);
        return isolate;
    }
}
