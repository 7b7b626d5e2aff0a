namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>Worker processes that are locked up still do what workers need.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Workers_run_in_processes_that_are_locked_up()
    {
        await using var server = await SupervisedServer.StartAsync(Path.Combine(_data.Folder, "data"), token: null, "--sandbox");
        foreach (var worker in await server.ServingAsync(2))
        {
            var status = await File.ReadAllTextAsync($"/proc/{worker}/status", Cancellation);
            Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
            Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
        }

        // The cache puts long bodies into files, Web Crypto is OpenSSL's, name resolution reads the system's configuration.
        await server.DeployAsync("busy", """
            export default {
              async fetch() {
                await caches.default.put('http://cached/', new Response('x'.repeat(1_000_000), { headers: { 'cache-control': 'max-age=60' } }));
                const cached = await (await caches.default.match('http://cached/')).text();
                const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(cached));
                const failure = await fetch('http://does-not-exist.invalid/').then(() => 'found', (error) => error.constructor.name);
                return Response.json([cached.length, digest.byteLength, failure]);
              },
            };
            """);
        await server.EnableAsync("busy");
        Assert.Matches("""\[1000000,32,"\w*Error"\]""", await server.GetAsync("busy"));
    }
}
