using System.Net;

namespace Skep.EndToEnd.Tests.Dev;

public sealed class DevTests : DevTest
{
    [Fact]
    public async Task A_single_file_is_a_worker()
    {
        var file = Project.Write("greet.js", "export default { fetch: () => new Response('Hello') };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", file);
        Assert.Equal("Hello", await GetAsync(server));
        await server.Printed("GET / 200", Cancellation);
        await server.Printed("ready in", Cancellation);
    }

    [Fact]
    public async Task Projects_that_are_developed_together_are_the_user_workers_of_a_dispatch_namespace()
    {
        var dispatcher = Project.Write("dispatcher/wrangler.jsonc", """{ "name": "dispatcher", "main": "index.js", "dispatch_namespaces": [{ "binding": "D", "namespace": "any", "outbound": { "service": "out", "parameters": ["who"] } }] }""");
        Project.Write("dispatcher/index.js", "export default { async fetch(request, env) { const ask = name => env.D.get(name, {}, { outbound: { who: 'me' } }).fetch(request).then(r => r.text(), e => e.message); return new Response(await ask('user') + ' ' + await ask('nobody')) } };");
        var user = Project.Write("user/wrangler.jsonc", """{ "name": "user", "main": "index.js" }""");
        Project.Write("user/index.js", "export default { fetch: () => fetch('http://origin/') };");
        var outbound = Project.Write("out/wrangler.jsonc", """{ "name": "out", "main": "index.js" }""");
        Project.Write("out/index.js", "export default { fetch: (request, env) => new Response(`${env.who} ${request.url}`) };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", dispatcher, "-c", user, "-c", outbound);
        Assert.Equal("me http://origin/ Worker not found.", await GetAsync(server));
    }

    [Fact]
    public async Task A_project_can_be_the_tail_worker_of_another()
    {
        var shop = Project.Write("shop/wrangler.jsonc", """{ "name": "shop", "main": "index.js", "tail_consumers": [{ "service": "logger" }] }""");
        Project.Write("shop/index.js", "export default { fetch() { console.log('sold'); return new Response('ok') } };");
        var logger = Project.Write("logger/wrangler.jsonc", """{ "name": "logger", "main": "index.js" }""");
        Project.Write("logger/index.js", "export default { tail([e]) { console.log('tailed', e.scriptName, e.logs[0].message[0]) } };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", shop, "-c", logger);
        Assert.Equal("ok", await GetAsync(server));
        await server.Printed("tailed shop sold", Cancellation);
    }

    [Fact]
    public async Task Projects_that_are_developed_together_call_each_other()
    {
        var front = Project.Write("front/wrangler.jsonc", """{ "name": "front", "main": "index.js", "services": [{ "binding": "API", "service": "the-api" }] }""");
        Project.Write("front/index.js", "export default { fetch: async (request, env) => new Response(await env.API.hello('bee') + (await (await env.API.fetch(request)).text())) };");
        var api = Project.Write("api/wrangler.jsonc", """{ "name": "the-api", "main": "index.js" }""");
        Project.Write("api/index.js", ApiCode("hello"));
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", front, "-c", api);
        Assert.Equal("hello bee fetched", await GetAsync(server));
        Project.Write("api/index.js", ApiCode("goodbye"));
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("goodbye bee fetched", await GetAsync(server));
    }

    private static string ApiCode(string word) =>
        $$"""
        import { WorkerEntrypoint } from "cloudflare:workers";
        export default class extends WorkerEntrypoint { hello(name) { return `{{word}} ${name} ` } fetch() { return new Response('fetched') } }
        """;

    [Fact]
    public async Task A_TypeScript_project_gets_its_variables_and_its_console_is_shown()
    {
        Project.Write("src/index.ts", """
            interface Env { GREETING: string; LIMITS: { max: number }; SECRET: string; EXTRA: string }
            export default {
              fetch(request: Request, env: Env): Response {
                console.log("seen by", env.GREETING);
                return Response.json([env.GREETING, env.LIMITS.max, env.SECRET, env.EXTRA, new URL(request.url).pathname]);
              },
            };
            """);
        Project.Write("wrangler.toml", """
            name = "typed"
            main = "src/index.ts"
            compatibility_date = "2026-01-01"
            [vars]
            GREETING = "hi"
            LIMITS = { max = 3 }
            """);
        Project.Write(".dev.vars", "SECRET=shh\n");
        await using var server = await StartAsync("--var", "EXTRA:from:here");
        Assert.Equal("""["hi",3,"shh","from:here","/path"]""", await GetAsync(server, "/path"));
        await server.Printed("seen by hi", Cancellation);
    }

    [Fact]
    public async Task A_change_of_an_imported_file_is_served_after_the_reload()
    {
        Project.Write("text.ts", "export const text = 'one';");
        Project.Write("index.ts", "import { text } from './text'; export default { fetch: () => new Response(text) };");
        await using var server = await StartAsync();
        Assert.Equal("one", await GetAsync(server));
        await server.Printed("ready in", Cancellation);

        Project.Write("text.ts", "export const text = 'two';");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("two", await GetAsync(server));
    }

    [Fact]
    public async Task A_file_first_imported_by_a_reload_is_followed()
    {
        Project.Write("index.ts", "export default { fetch: () => new Response('alone') };");
        await using var server = await StartAsync();
        await server.Printed("ready in", Cancellation);

        Project.Write("lib/text.ts", "export const text = 'one';");
        Project.Write("index.ts", "import { text } from './lib/text'; export default { fetch: () => new Response(text) };");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("one", await GetAsync(server));

        Project.Write("lib/text.ts", "export const text = 'two';");
        await server.Printed("lib/text.ts", Cancellation);
        Assert.Equal("two", await GetAsync(server));
    }

    [Fact]
    public async Task A_broken_change_leaves_the_version_before_it_in_service()
    {
        Project.Write("index.ts", "export default { fetch: () => new Response('good') };");
        await using var server = await StartAsync();
        Assert.Equal("good", await GetAsync(server));
        await server.Printed("ready in", Cancellation);

        Project.Write("index.ts", "export default { fetch: () => new Response('bad' };");
        await server.Printed("goes on serving", Cancellation);
        Assert.Contains("index.ts:1:50", server.Output, StringComparison.Ordinal);
        Assert.Equal("good", await GetAsync(server));

        Project.Write("index.ts", "export default { fetch: () => new Response('mended') };");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("mended", await GetAsync(server));
    }

    [Fact]
    public async Task A_project_that_is_broken_at_first_explains_itself_and_serves_once_mended()
    {
        Project.Write("wrangler.jsonc", """{ "main": "index.ts", "compatibility_date": "2026-01-01" }""");
        Project.Write("index.ts", "import missing from './missing';\nexport default { fetch: () => new Response(missing) };");
        await using var server = await StartAsync();
        using var failure = await Client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, failure.StatusCode);
        Assert.Contains("Could not resolve \"./missing\"", await failure.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await server.Printed("ready in", Cancellation);

        Project.Write("missing.ts", "export default 'found';");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("found", await GetAsync(server));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{ "hyperdrive": [{ "binding": "DB", "id": "1", "localConnectionString": "postgres://user:secret@127.0.0.1:1/db" }] }""")]
    public async Task An_exception_is_shown_at_its_place_in_the_source(string bindings)
    {
        if (bindings.Length > 0) Project.Write("wrangler.jsonc", bindings);
        Project.Write("src/index.ts", "type Nothing = undefined;\n\nexport default {\n  fetch(): Response {\n    throw new Error('on purpose');\n  },\n};\n");
        await using var server = await StartAsync();
        using var failure = await Client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, failure.StatusCode);
        Assert.Contains("src/index.ts:5:11", await failure.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await server.Printed("5 │     throw new Error('on purpose');", Cancellation);
    }

    [Fact]
    public async Task The_scheduled_handler_can_be_triggered()
    {
        Project.Write("index.js", "export default { scheduled(event) { console.log('ran', event.cron); } };");
        await using var server = await StartAsync();
        Assert.Equal("ok", (await GetAsync(server, "/cdn-cgi/handler/scheduled?cron=5+*+*+*+*")).Trim());
        await server.Printed("ran 5 * * * *", Cancellation);
    }

    [Fact]
    public async Task Service_worker_syntax_is_served()
    {
        Project.Write("index.js", "addEventListener('fetch', (event) => event.respondWith(new Response('classic')));");
        await using var server = await StartAsync();
        Assert.Equal("classic", await GetAsync(server));
    }
}
