using Skep.EndToEnd.Tests.Shutdown;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>Worker processes die, hang and are replaced: clients notice as little as can be.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    private const int Clients = 8;
    private const int Few = 50;

    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_process_that_is_killed_takes_only_its_own_requests_along()
    {
        await using var server = await StartAsync();
        var victim = (await server.ServingAsync(2))[0];
        var clients = Enumerable.Range(0, Clients).Select(_ => new PersistentClient(server.Process.Port, "hello.localhost")).ToList();
        List<Task> running = [];
        foreach (var client in clients)
        {
            // One after the other: all at once may come to a process before the other has got a core.
            running.Add(client.RunAsync(Cancellation));
            await client.AnswersAsync(Few, Cancellation);
        }

        ServerProcess.Signal(victim, SupervisedServer.SigKill);

        // Every client is served on, before and after the replacement is there.
        foreach (var client in clients) await client.AnswersAsync(Few, Cancellation);
        var serving = await server.ServingAsync(3);
        foreach (var client in clients) await client.AnswersAsync(Few, Cancellation);
        foreach (var client in clients) client.Stop();
        await Task.WhenAll(running);

        Assert.Equal(2, serving.Count);
        Assert.DoesNotContain(victim, serving);
        Assert.All(clients, client => Assert.Empty(client.Wrong));
        Assert.All(clients, client => Assert.InRange(client.Lost, 0, 1));
        Assert.InRange(clients.Sum(client => client.Lost), 1, Clients - 1);
    }

    [Fact]
    public async Task All_processes_are_replaced_and_the_server_ends_without_losing_a_request()
    {
        await using var server = await StartAsync();
        using OpenLoopClient steady = new(server.Process.Port, "hello.localhost");
        var sending = steady.RunAsync();
        using CountdownEvent warm = new(2 * Clients);
        var busy = Enumerable.Range(0, 2 * Clients).Select(i => new BusyClient(server.Process.Port, "hello.localhost", keepAlive: i % 2 == 0)).ToList();
        var running = busy.Select(client => client.RunAsync(() => warm.Signal(), Cancellation)).ToList();
        Assert.True(warm.Wait(TimeSpan.FromSeconds(120), Cancellation));
        var before = await server.ServingAsync(2);

        ServerProcess.Signal(server.Process.Id, SupervisedServer.SigHup);
        await server.Process.Printed("all worker processes replaced", Cancellation);

        foreach (var old in before) await server.Process.Printed($"worker process {old} has ended", Cancellation);
        Assert.Equal(2, (await server.ServingAsync(4)).Count);
        steady.Stop();
        await sending;
        Assert.Empty(steady.Failures);
        Assert.True(steady.Answered > 0);

        Assert.Equal(0, await server.Process.Terminate(Cancellation));
        await Task.WhenAll(running);
        Assert.All(busy, client => Assert.Equal((client.Written, ""), (client.Answered, client.Failure)));
    }

    [Fact]
    public async Task A_process_that_hangs_is_killed_and_replaced()
    {
        await using var server = await StartAsync("--unresponsive-seconds", "1");
        var victim = (await server.ServingAsync(2))[0];

        ServerProcess.Signal(victim, SupervisedServer.SigStop);

        await server.Process.Printed($"worker process {victim} is killed", Cancellation);
        var serving = await server.ServingAsync(3);
        Assert.DoesNotContain(victim, serving);
        for (var i = 0; i < Few; i++) Assert.Equal("served", await server.GetAsync("hello"));
    }

    [Fact]
    public async Task A_request_that_is_being_answered_when_the_server_is_told_to_end_is_answered()
    {
        await using var server = await StartAsync();
        await server.DeployAsync("slow", "export default { async fetch() { console.log('slow began'); await scheduler.wait(500); return new Response('in the end') } };");
        await server.EnableAsync("slow");
        var slow = server.GetAsync("slow");
        await server.Process.Printed("slow began", Cancellation);

        Assert.Equal(0, await server.Process.Terminate(Cancellation));

        Assert.Equal("in the end", await slow);
    }

    [Fact]
    public async Task A_version_that_ends_the_process_it_is_started_in_harms_nobody()
    {
        await using var server = await StartAsync();
        var before = await server.ServingAsync(2);
        var clients = Enumerable.Range(0, Clients).Select(_ => new PersistentClient(server.Process.Port, "hello.localhost")).ToList();
        var running = clients.Select(client => client.RunAsync(Cancellation)).ToList();

        // It fills its memory in one step while it starts. However V8 ends that, the version is refused and no client hears of it.
        using var refused = await server.UploadAsync("greedy", "const all = []; for (;;) all.push(new ArrayBuffer(64 * 1024 * 1024));\nexport default { fetch() {} };");

        foreach (var client in clients) await client.AnswersAsync(Few, Cancellation);
        foreach (var client in clients) client.Stop();
        await Task.WhenAll(running);
        Assert.False(refused.IsSuccessStatusCode);
        Assert.Equal(before, await server.ServingAsync(2));
        Assert.All(clients, client => Assert.Equal((0, 0), (client.Lost, client.Wrong.Count)));
    }

    private async Task<SupervisedServer> StartAsync(params string[] options)
    {
        var server = await SupervisedServer.StartAsync(Path.Combine(_data.Folder, "data"), token: null, options);
        await server.DeployAsync("hello", "export default { fetch: () => new Response('served') };");
        await server.EnableAsync("hello");
        return server;
    }
}
