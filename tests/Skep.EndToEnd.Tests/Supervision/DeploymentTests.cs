using System.Globalization;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>What is acknowledged is in service everywhere, and is there again after whatever happens to the supervisor.</summary>
public sealed class DeploymentTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_data.Folder, "data");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_deployment_has_reached_every_process_before_it_is_acknowledged()
    {
        const int Deployments = 20;
        const int Connections = 6;
        await using var server = await SupervisedServer.StartAsync(Data);
        await server.ServingAsync(2);
        HashSet<string> isolates = [];
        for (var version = 1; version <= Deployments; version++)
        {
            await server.DeployAsync("hello", $"let id; export default {{ fetch: () => new Response('{version} ' + (id ??= crypto.randomUUID())) }};");
            if (version == 1) await server.EnableAsync("hello");
            foreach (var answer in await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => server.GetAsync("hello"))))
            {
                Assert.StartsWith($"{version} ", answer, StringComparison.Ordinal);
                if (version == Deployments) isolates.Add(answer);
            }
        }

        // Connections go round: both processes answer, sooner or later.
        while (isolates.Count < 2) isolates.Add(await server.GetAsync("hello"));
        Assert.All(isolates, answer => Assert.StartsWith($"{Deployments} ", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_half_deployed_serves_when_the_supervisor_is_killed()
    {
        const int Kills = 10;
        string? token = null;
        var (deployed, acknowledged) = (0, 0);
        for (var kill = 0; ; kill++)
        {
            await using var server = await SupervisedServer.StartAsync(Data, token);
            token = server.Token;
            var workers = await server.ServingAsync(2);
            if (kill > 0)
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.GetAsync("hello")));
                deployed = int.Parse(Assert.Single(answers.Distinct()), CultureInfo.InvariantCulture);
                Assert.InRange(deployed, acknowledged, acknowledged + 1);
            }

            if (kill == Kills)
            {
                Assert.Equal(0, await server.Process.Terminate(Cancellation));
                return;
            }

            // The kill meets the second to fourth deployment at some moment between its upload and its acknowledgement.
            TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var goal = deployed + 1 + (kill % 3);
            var deploying = DeployUntilBrokenAsync(server, deployed, count =>
            {
                acknowledged = count;
                if (count >= goal) enough.TrySetResult();
            });
            await enough.Task;
            await server.Process.CrashAlone(Cancellation);
            await deploying;
            foreach (var worker in workers) await EndedAsync(worker);
        }
    }

    [Fact]
    public async Task A_folder_is_served_by_one_server_at_a_time()
    {
        await using var server = await SupervisedServer.StartAsync(Data);
        var (exitCode, output) = await ServerProcess.Run(Cancellation, "serve", "--data", Data, "--port", "0", "--control-port", "0");
        Assert.Equal(1, exitCode);
        Assert.Contains($"Process {server.Process.Id} serves", output, StringComparison.Ordinal);
    }

    private static async Task DeployUntilBrokenAsync(SupervisedServer server, int from, Action<int> acknowledged)
    {
        try
        {
            for (var version = from + 1; ; version++)
            {
                await server.DeployAsync("hello", $"export default {{ fetch: () => new Response('{version}') }};");
                if (version == 1) await server.EnableAsync("hello");
                acknowledged(version);
            }
        }
        catch (HttpRequestException)
        {
            // The supervisor is gone.
        }
    }

    private static async Task EndedAsync(int process)
    {
        while (Directory.Exists($"/proc/{process}")) await Task.Delay(10, Cancellation);
    }
}
