using System.Diagnostics;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Hostile;

/// <summary>A well-behaved worker in the offender's process, asked again and again while the offender is at it.</summary>
internal sealed class Neighbour : IAsyncDisposable
{
    private const string Script = """
        let served = 0;
        export default {
            async fetch(request) {
                const body = await request.json();
                await scheduler.wait(1);
                return Response.json({ served: ++served, sorted: body.sort((a, b) => a - b), text: new TextDecoder().decode(new TextEncoder().encode('ok')) });
            },
        };
        """;

    private readonly TestWorker worker;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task<int> asking;
    private TimeSpan slowest;

    private Neighbour(TestWorker worker)
    {
        this.worker = worker;
        asking = Task.Run(AskAsync);
    }

    public static async Task<Neighbour> StartAsync(WorkerRuntime? runtime = null) =>
        new(await TestWorker.StartAsync(Script, runtime: runtime, with: version => version with { Name = "neighbour" }));

    /// <summary>Stops asking; fails when an answer was wrong.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        var answers = await asking.WaitAsync(TimeSpan.FromSeconds(120));
        TestContext.Current.TestOutputHelper?.WriteLine($"neighbour: {answers} answers, the slowest after {slowest.TotalMilliseconds:0} ms");
        await worker.DisposeAsync();
    }

    private async Task<int> AskAsync()
    {
        var answers = 0;
        do
        {
            var began = Stopwatch.GetTimestamp();
            var response = await worker.SendAsync(new TestRequest("/", "POST") { BodyText = "[3,1,2]" });
            var took = Stopwatch.GetElapsedTime(began);
            if (took > slowest) slowest = took;
            Assert.Equal(200, response.Status);
            Assert.Contains("\"sorted\":[1,2,3],\"text\":\"ok\"", response.Text, StringComparison.Ordinal);
            answers++;
            await Task.Delay(2);
        }
        while (!stopping.IsCancellationRequested);

        return answers;
    }
}
