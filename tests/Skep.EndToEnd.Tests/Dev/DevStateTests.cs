namespace Skep.EndToEnd.Tests.Dev;

/// <summary>What Workers keep while they are developed.</summary>
public sealed class DevStateTests : DevTest
{
    [Fact]
    public async Task What_was_stored_is_there_after_a_kill_and_is_no_part_of_the_project()
    {
        Project.Write("index.js", """
            export default {
              async fetch(request, env) {
                if (request.method === "PUT") await env.KV.put("key", request.body);
                return new Response(await env.KV.get("key"));
              },
            };
            """);
        Project.Write("wrangler.jsonc", """{ "name": "kept", "main": "index.js", "compatibility_date": "2026-11-01", "kv_namespaces": [{ "binding": "KV" }] }""");
        await using (var killed = await StartAsync())
        {
            using StringContent value = new("kept");
            using var put = await Client.PutAsync(new Uri($"http://127.0.0.1:{killed.Port}/"), value, Cancellation);
            Assert.Equal("kept", await put.Content.ReadAsStringAsync(Cancellation));
            killed.Crash();
        }

        await using var next = await StartAsync();
        Assert.Equal("kept", await GetAsync(next));
        Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(Project.Folder, ".skep", ".gitignore"), Cancellation));
    }
}
