namespace Skep.EndToEnd.Tests.Dev;

/// <summary>What Workers keep while they are developed.</summary>
public sealed class DevStateTests : IDisposable
{
    private readonly TemporaryProject _project = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _project.Dispose();
    }

    [Fact]
    public async Task What_was_stored_is_there_after_a_kill_and_is_no_part_of_the_project()
    {
        _project.Write("index.js", """
            export default {
              async fetch(request, env) {
                if (request.method === "PUT") await env.KV.put("key", request.body);
                return new Response(await env.KV.get("key"));
              },
            };
            """);
        _project.Write("wrangler.jsonc", """{ "name": "kept", "main": "index.js", "compatibility_date": "2026-11-01", "kv_namespaces": [{ "binding": "KV" }] }""");
        await using (var killed = await ServerProcess.Start(Cancellation, "dev", _project.Folder))
        {
            using StringContent value = new("kept");
            using var put = await _client.PutAsync(new Uri($"http://127.0.0.1:{killed.Port}/"), value, Cancellation);
            Assert.Equal("kept", await put.Content.ReadAsStringAsync(Cancellation));
            killed.Crash();
        }

        await using var next = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        Assert.Equal("kept", await _client.GetStringAsync(new Uri($"http://127.0.0.1:{next.Port}/"), Cancellation));
        Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(_project.Folder, ".skep", ".gitignore"), Cancellation));
    }
}
