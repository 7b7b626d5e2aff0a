namespace Skep.EndToEnd.Tests.Shutdown;

/// <summary>SIGTERM while requests come as fast as clients can send them: every request that the process took is answered.</summary>
public sealed class ShutdownTests : IDisposable
{
    private const int Clients = 16;

    private readonly TemporaryProject _workers = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData("fetch: () => new Response('served')")]
    [InlineData("async fetch() { await scheduler.wait(3); return new Response('served') }")]
    [InlineData("fetch: () => new Response(new ReadableStream({ async start(c) { await scheduler.wait(1); c.enqueue(new TextEncoder().encode('served')); c.close() } }))")]
    public async Task Every_accepted_request_is_answered(string handler)
    {
        _workers.Write("w.js", $"export default {{ {handler} }};");
        await using var server = await ServerProcess.Start(Cancellation, "serve", "--workers", _workers.Folder);
        await EndsInOrderAsync(server);
    }

    [Fact]
    public async Task Development_ends_likewise()
    {
        var file = _workers.Write("w.js", "export default { async fetch() { await scheduler.wait(20); return new Response('served') } };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", file, "--log-level", "error");
        await EndsInOrderAsync(server);
    }

    private static async Task EndsInOrderAsync(ServerProcess server)
    {
        using CountdownEvent warm = new(2 * Clients);
        var kept = Enumerable.Range(0, Clients).Select(_ => new BusyClient(server.Port, "w.localhost", keepAlive: true)).ToList();
        var fresh = Enumerable.Range(0, Clients).Select(_ => new BusyClient(server.Port, "w.localhost", keepAlive: false)).ToList();
        var running = kept.Concat(fresh).Select(client => client.RunAsync(() => warm.Signal(), Cancellation)).ToList();
        Assert.True(warm.Wait(TimeSpan.FromSeconds(120), Cancellation));

        Assert.Equal(0, await server.Terminate(Cancellation));

        await Task.WhenAll(running);
        Assert.All(kept.Concat(fresh), client => Assert.Equal((client.Written, ""), (client.Answered, client.Failure)));
    }
}
