using System.Collections.Concurrent;
using System.Net;

namespace Skep.EndToEnd.Tests.Dev;

public sealed class DevTests : IDisposable
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
    public async Task A_single_file_is_a_worker()
    {
        var file = _project.Write("greet.js", "export default { fetch: () => new Response('Hello') };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", file);
        Assert.Equal("Hello", await Get(server));
        await server.Printed("GET / 200", Cancellation);
        await server.Printed("ready in", Cancellation);
    }

    [Fact]
    public async Task Projects_that_are_developed_together_are_the_user_workers_of_a_dispatch_namespace()
    {
        var dispatcher = _project.Write("dispatcher/wrangler.jsonc", """{ "name": "dispatcher", "main": "index.js", "dispatch_namespaces": [{ "binding": "D", "namespace": "any", "outbound": { "service": "out", "parameters": ["who"] } }] }""");
        _project.Write("dispatcher/index.js", "export default { async fetch(request, env) { const ask = name => env.D.get(name, {}, { outbound: { who: 'me' } }).fetch(request).then(r => r.text(), e => e.message); return new Response(await ask('user') + ' ' + await ask('nobody')) } };");
        var user = _project.Write("user/wrangler.jsonc", """{ "name": "user", "main": "index.js" }""");
        _project.Write("user/index.js", "export default { fetch: () => fetch('http://origin/') };");
        var outbound = _project.Write("out/wrangler.jsonc", """{ "name": "out", "main": "index.js" }""");
        _project.Write("out/index.js", "export default { fetch: (request, env) => new Response(`${env.who} ${request.url}`) };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", dispatcher, "-c", user, "-c", outbound);
        Assert.Equal("me http://origin/ Worker not found.", await Get(server));
    }

    [Fact]
    public async Task A_project_can_be_the_tail_worker_of_another()
    {
        var shop = _project.Write("shop/wrangler.jsonc", """{ "name": "shop", "main": "index.js", "tail_consumers": [{ "service": "logger" }] }""");
        _project.Write("shop/index.js", "export default { fetch() { console.log('sold'); return new Response('ok') } };");
        var logger = _project.Write("logger/wrangler.jsonc", """{ "name": "logger", "main": "index.js" }""");
        _project.Write("logger/index.js", "export default { tail([e]) { console.log('tailed', e.scriptName, e.logs[0].message[0]) } };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", shop, "-c", logger);
        Assert.Equal("ok", await Get(server));
        await server.Printed("tailed shop sold", Cancellation);
    }

    [Fact]
    public async Task Projects_that_are_developed_together_call_each_other()
    {
        var front = _project.Write("front/wrangler.jsonc", """{ "name": "front", "main": "index.js", "services": [{ "binding": "API", "service": "the-api" }] }""");
        _project.Write("front/index.js", "export default { fetch: async (request, env) => new Response(await env.API.hello('bee') + (await (await env.API.fetch(request)).text())) };");
        var api = _project.Write("api/wrangler.jsonc", """{ "name": "the-api", "main": "index.js" }""");
        _project.Write("api/index.js", ApiCode("hello"));
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", front, "-c", api);
        Assert.Equal("hello bee fetched", await Get(server));
        _project.Write("api/index.js", ApiCode("goodbye"));
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("goodbye bee fetched", await Get(server));
    }

    private static string ApiCode(string word) =>
        $$"""
        import { WorkerEntrypoint } from "cloudflare:workers";
        export default class extends WorkerEntrypoint { hello(name) { return `{{word}} ${name} ` } fetch() { return new Response('fetched') } }
        """;

    [Fact]
    public async Task A_TypeScript_project_gets_its_variables_and_its_console_is_shown()
    {
        _project.Write("src/index.ts", """
            interface Env { GREETING: string; LIMITS: { max: number }; SECRET: string; EXTRA: string }
            export default {
              fetch(request: Request, env: Env): Response {
                console.log("seen by", env.GREETING);
                return Response.json([env.GREETING, env.LIMITS.max, env.SECRET, env.EXTRA, new URL(request.url).pathname]);
              },
            };
            """);
        _project.Write("wrangler.toml", """
            name = "typed"
            main = "src/index.ts"
            compatibility_date = "2026-01-01"
            [vars]
            GREETING = "hi"
            LIMITS = { max = 3 }
            """);
        _project.Write(".dev.vars", "SECRET=shh\n");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder, "--var", "EXTRA:from:here");
        Assert.Equal("""["hi",3,"shh","from:here","/path"]""", await Get(server, "/path"));
        await server.Printed("seen by hi", Cancellation);
    }

    [Fact]
    public async Task A_change_of_an_imported_file_is_served_after_the_reload()
    {
        _project.Write("text.ts", "export const text = 'one';");
        _project.Write("index.ts", "import { text } from './text'; export default { fetch: () => new Response(text) };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        Assert.Equal("one", await Get(server));
        await server.Printed("ready in", Cancellation);

        _project.Write("text.ts", "export const text = 'two';");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("two", await Get(server));
    }

    [Fact]
    public async Task A_file_first_imported_by_a_reload_is_followed()
    {
        _project.Write("index.ts", "export default { fetch: () => new Response('alone') };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        await server.Printed("ready in", Cancellation);

        _project.Write("lib/text.ts", "export const text = 'one';");
        _project.Write("index.ts", "import { text } from './lib/text'; export default { fetch: () => new Response(text) };");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("one", await Get(server));

        _project.Write("lib/text.ts", "export const text = 'two';");
        await server.Printed("lib/text.ts", Cancellation);
        Assert.Equal("two", await Get(server));
    }

    [Fact]
    public async Task A_broken_change_leaves_the_version_before_it_in_service()
    {
        _project.Write("index.ts", "export default { fetch: () => new Response('good') };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        Assert.Equal("good", await Get(server));
        await server.Printed("ready in", Cancellation);

        _project.Write("index.ts", "export default { fetch: () => new Response('bad' };");
        await server.Printed("goes on serving", Cancellation);
        Assert.Contains("index.ts:1:50", server.Output, StringComparison.Ordinal);
        Assert.Equal("good", await Get(server));

        _project.Write("index.ts", "export default { fetch: () => new Response('mended') };");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("mended", await Get(server));
    }

    [Fact]
    public async Task A_project_that_is_broken_at_first_explains_itself_and_serves_once_mended()
    {
        _project.Write("wrangler.jsonc", """{ "main": "index.ts", "compatibility_date": "2026-01-01" }""");
        _project.Write("index.ts", "import missing from './missing';\nexport default { fetch: () => new Response(missing) };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        using var failure = await _client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, failure.StatusCode);
        Assert.Contains("Could not resolve \"./missing\"", await failure.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await server.Printed("ready in", Cancellation);

        _project.Write("missing.ts", "export default 'found';");
        await server.Printed("reloaded in", Cancellation);
        Assert.Equal("found", await Get(server));
    }

    [Fact]
    public async Task An_exception_is_shown_at_its_place_in_the_source()
    {
        _project.Write("src/index.ts", "type Nothing = undefined;\n\nexport default {\n  fetch(): Response {\n    throw new Error('on purpose');\n  },\n};\n");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        using var failure = await _client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, failure.StatusCode);
        Assert.Contains("src/index.ts:5:11", await failure.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await server.Printed("5 │     throw new Error('on purpose');", Cancellation);
    }

    [Fact]
    public async Task The_scheduled_handler_can_be_triggered()
    {
        _project.Write("index.js", "export default { scheduled(event) { console.log('ran', event.cron); } };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        Assert.Equal("ok", (await Get(server, "/cdn-cgi/handler/scheduled?cron=5+*+*+*+*")).Trim());
        await server.Printed("ran 5 * * * *", Cancellation);
    }

    [Fact]
    public async Task Service_worker_syntax_is_served()
    {
        _project.Write("index.js", "addEventListener('fetch', (event) => event.respondWith(new Response('classic')));");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        Assert.Equal("classic", await Get(server));
    }

    [Fact]
    public async Task Sigterm_during_load_answers_every_accepted_request()
    {
        _project.Write("index.js", "export default { async fetch() { await scheduler.wait(20); return new Response('done'); } };");
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder, "--log-level", "error");
        Assert.Equal("done", await Get(server));

        var answers = new ConcurrentBag<string>();
        var stopped = new TaskCompletionSource();
        var clients = Enumerable.Range(0, 16).Select(async _ =>
        {
            using var client = new HttpClient();
            while (!stopped.Task.IsCompleted)
            {
                try
                {
                    answers.Add(await client.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Cancellation));
                }
                catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
                {
                    return; // the port is closed: nothing was accepted
                }
            }
        }).ToArray();
        while (answers.Count < 50) await Task.Yield();
        Assert.Equal(0, await server.Terminate(Cancellation));
        stopped.SetResult();
        await Task.WhenAll(clients);
        Assert.All(answers, answer => Assert.Equal("done", answer));
    }

    private Task<string> Get(ServerProcess server, string path = "/") =>
        _client.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port}{path}"), Cancellation);
}
