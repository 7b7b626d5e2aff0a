using Skep.EndToEnd.Tests.Platform;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Queues;

/// <summary>Queues in <c>skep serve</c> with two worker processes.</summary>
public sealed class QueueServeTests
{
    [Fact]
    public async Task Batches_go_to_the_worker_processes_by_turns()
    {
        await using var project = await ServedProject.StartAsync("--log-level", "debug");
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

        // A process may have several isolates; what an isolate of one has done, the next is not given to.
        await WorkerProcesses.ServingAsync(project.Server, 2);
        var last = await HandledByAsync(project, "/0");
        for (var job = 1; job <= 5; job++)
        {
            var next = await HandledByAsync(project, $"/{job}");
            Assert.NotEqual(last, next);
            last = next;
        }
    }

    private static async Task<string> HandledByAsync(ServedProject project, string job)
    {
        using StringContent nothing = new("");
        var isolate = await project.GetAsync(job, nothing);
        while (isolate.Length == 0) isolate = await project.GetAsync(job);
        return isolate;
    }
}
