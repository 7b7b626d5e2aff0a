namespace Skep.EndToEnd.Tests.Dev;

public sealed class DevAssetTests : DevTest
{
    [Fact]
    public async Task Assets_are_served_before_the_Worker_and_through_its_binding_as_they_are_on_the_disk()
    {
        Project.Write("wrangler.jsonc", """
            { "name": "app", "main": "index.js", "compatibility_date": "2026-11-01", "assets": { "directory": "public", "binding": "FILES" } }
            """);
        Project.Write("index.js", """
            export default {
              async fetch(request, env) {
                const file = await env.FILES.fetch(new URL("/page", request.url));
                return new Response(`${file.status} ${file.headers.get("content-type")} ${await file.text()}`);
              },
            };
            """);
        Project.Write("public/page.html", "first");
        Project.Write("public/.assetsignore", "*.map");
        Project.Write("public/page.map", "secret");
        await using var server = await StartAsync();
        Assert.Equal("first", await GetAsync(server, "/page"));
        Assert.Equal("200 text/html; charset=utf-8 first", await GetAsync(server, "/other"));
        Assert.Equal("200 text/html; charset=utf-8 first", await GetAsync(server, "/page.map"));
        Project.Write("public/page.html", "second");
        Assert.Equal("second", await GetAsync(server, "/page"));
        Assert.Equal("200 text/html; charset=utf-8 second", await GetAsync(server, "/other"));
    }

    [Fact]
    public async Task A_project_can_be_nothing_but_assets()
    {
        Project.Write("wrangler.toml", """
            name = "site"
            compatibility_date = "2026-11-01"
            [assets]
            directory = "./public"
            html_handling = "none"
            not_found_handling = "single-page-application"
            """);
        Project.Write("public/index.html", "home");
        Project.Write("public/_headers", "/*\n  X-From: headers\nX-Wrong\n");
        await using var server = await StartAsync();
        using var response = await Client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/any/where"), Cancellation);
        Assert.Equal(("home", "headers"), (await response.Content.ReadAsStringAsync(Cancellation), response.Headers.GetValues("X-From").Single()));
        await server.Printed("A line of _headers does not count: Expected a colon-separated header pair", Cancellation);
    }
}
