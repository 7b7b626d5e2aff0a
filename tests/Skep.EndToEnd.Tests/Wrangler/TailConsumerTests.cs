namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>Tail Workers with the real wrangler.</summary>
public sealed class TailConsumerTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    public async Task A_tail_worker_gets_what_the_other_one_said(string processes)
    {
        await using var server = await ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation, "--processes", processes);
        using WranglerProject logger = new(server.Output);
        logger.Write("wrangler.jsonc", """{ "name": "logger", "main": "index.js", "compatibility_date": "2026-01-01" }""");
        logger.Write("index.js", "export default { tail(events) { for (const e of events) console.log(`tailed ${e.scriptName} ${e.outcome} ${JSON.stringify(e.logs[0].message)} ${e.event.response?.status}`); } };");
        using WranglerProject shop = new(server.Output);
        shop.Write("wrangler.jsonc", """{ "name": "shop", "main": "index.js", "compatibility_date": "2026-01-01", "tail_consumers": [{ "service": "logger" }] }""");
        shop.Write("index.js", "export default { fetch() { console.log('sold', { n: 2 }); return new Response('ok', { status: 203 }); } };");
        var (exitCode, output) = await shop.TryAsync("deploy");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("The tail Worker 'logger' was not found. Deploy it first. [code: 10143]", output, StringComparison.Ordinal);
        await logger.RunAsync("deploy");
        await shop.RunAsync("deploy");
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/") { Headers = { Host = "shop.localhost" } };
        (await client.SendAsync(request, Cancellation)).Dispose();
        await server.Printed("[logger] tailed shop ok [\"sold\",{\"n\":2}] 203", Cancellation);
    }
}
