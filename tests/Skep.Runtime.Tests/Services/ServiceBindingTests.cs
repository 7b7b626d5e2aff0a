using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Services;

/// <summary>Requests from one worker to another through a service binding.</summary>
public sealed class ServiceBindingTests
{
    private const string Echo =
        """
        export default {
            async fetch(request, env, ctx) {
                return Response.json([request.method, request.url, [...request.headers], await request.text(), request.cf?.country ?? null, request.redirect],
                    { status: 201, statusText: 'Made', headers: { 'x-answer': 'yes' } });
            }
        }
        """;

    [Fact]
    public async Task A_request_reaches_the_other_worker_as_it_is()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", Echo);
        var front = await cluster.DeployAsync("front", Fetching("env.API.fetch('https://any.host/path?q', { method: 'PUT', headers: { 'x-a': '1' }, body: 'héllo', cf: { country: 'CH' } })"), bindings: ("API", "api"));
        Assert.Equal(
            """200 201 Made yes https://any.host/path?q ["PUT","https://any.host/path?q",[["content-type","text/plain;charset=UTF-8"],["x-a","1"]],"héllo","CH","manual"]""",
            (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_clients_request_is_handed_on_with_its_body_and_its_cf()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", Echo);
        var front = await cluster.DeployAsync("front", Fetching("env.API.fetch(request)"), bindings: ("API", "api"));
        var response = await front.SendAsync(new TestRequest("/up", "POST") { Headers = ["x-b", "2"], BodyText = "upload", CfJson = """{"country":"NZ"}""" });
        Assert.Equal("""200 201 Made yes http://example.com/up ["POST","http://example.com/up",[["x-b","2"]],"upload","NZ","manual"]""", response.ToString());
    }

    [Fact]
    public async Task The_answer_can_be_the_clients_answer()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "export default { fetch: () => new Response('from api', { status: 418, headers: { 'x-n': '1' } }) }");
        var front = await cluster.DeployAsync("front", "export default { fetch: (request, env) => env.API.fetch(request) }", bindings: ("API", "api"));
        var response = await front.GetAsync();
        Assert.Equal("418 from api", response.ToString());
        Assert.Equal("1", response.Header("x-n"));
        Assert.Equal(1, response.Summary.Subrequests);
    }

    [Fact]
    public async Task A_named_entrypoint_gets_the_props_of_the_binding()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api",
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            export class Admin extends WorkerEntrypoint { fetch() { return Response.json(this.ctx.props) } }
            export default { fetch: (request, env, ctx) => Response.json(ctx.props) };
            """);
        var front = await cluster.DeployAsync(
            "front",
            "export default { async fetch(request, env) { return new Response(await (await env.ADMIN.fetch('http://x')).text() + await (await env.PLAIN.fetch('http://x')).text()) } }",
            with: version => version with { Bindings = [new ServiceBinding("ADMIN", "api", "Admin", """{"user":"a"}"""), new ServiceBinding("PLAIN", "api")] });
        Assert.Equal("""200 {"user":"a"}{}""", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task Bodies_stream_both_ways_while_they_are_made()
    {
        await using TestCluster cluster = new();
        // Answers each line of the request before the next one is sent.
        await cluster.DeployAsync("api",
            """
            export default { fetch(request) {
                const { readable, writable } = new TransformStream();
                const writer = writable.getWriter();
                (async () => {
                    for await (const chunk of request.body.pipeThrough(new TextDecoderStream())) await writer.write(new TextEncoder().encode(chunk.toUpperCase()));
                    await writer.close();
                })();
                return new Response(readable);
            } }
            """);
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const { readable, writable } = new TransformStream();
                const writer = writable.getWriter();
                const answer = env.API.fetch('http://x', { method: 'POST', body: readable });
                const log = [];
                await writer.write(new TextEncoder().encode('one'));
                const reader = (await answer).body.getReader();
                log.push(new TextDecoder().decode((await reader.read()).value));
                await writer.write(new TextEncoder().encode('two'));
                log.push(new TextDecoder().decode((await reader.read()).value));
                await writer.close();
                log.push((await reader.read()).done);
                return Response.json(log);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("""200 ["ONE","TWO",true]""", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task Large_bodies_pass_with_back_pressure()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "export default { fetch: request => new Response(request.body) }");
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const answer = await env.API.fetch('http://x', { method: 'POST', body: new Uint8Array(20 << 20).fill(7) });
                let length = 0;
                for await (const chunk of answer.body) length += chunk.length;
                return new Response(length);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal($"200 {20 << 20}", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task An_exception_of_the_other_worker_is_the_callers_to_handle()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "export default { fetch() { throw new RangeError('too far') } }");
        var front = await cluster.DeployAsync("front", Catching("env.API.fetch('http://x')"), bindings: ("API", "api"));
        Assert.Equal("200 RangeError: too far true", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_worker_that_loops_fails_alone_and_its_caller_learns_it()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "export default { fetch() { for (;;) {} } }", new WorkerLimits { CpuTime = TimeSpan.FromMilliseconds(50) });
        var front = await cluster.DeployAsync("front", Catching("env.API.fetch('http://x')"), bindings: ("API", "api"));
        Assert.Equal("200 Error: Worker exceeded CPU time limit. true", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_worker_that_eats_memory_fails_alone_and_its_caller_learns_it()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "export default { fetch() { const a = []; for (;;) a.push(new Array(1000).fill({ x: 1 })) } }", new WorkerLimits { MemoryBytes = 32 << 20 });
        var front = await cluster.DeployAsync("front", Catching("env.API.fetch('http://x')"), bindings: ("API", "api"));
        Assert.Equal("200 Error: Worker exceeded memory limit. true", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_worker_that_never_answers_is_noticed()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "export default { fetch: () => new Promise(() => {}) }");
        var front = await cluster.DeployAsync("front", Catching("env.API.fetch('http://x')"), bindings: ("API", "api"));
        Assert.StartsWith("200 Error: The Workers runtime canceled this request", (await front.GetAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abort_reaches_the_other_worker()
    {
        await using TestCluster cluster = new();
        var api = await cluster.DeployAsync("api",
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            let began = false;
            export default class extends WorkerEntrypoint {
                began() { return began }
                fetch(request) {
                    began = true;
                    this.ctx.waitUntil(new Promise(resolve => request.signal.addEventListener('abort', resolve)));
                    setTimeout(() => {}, 60_000);
                    return new Promise(resolve => request.signal.addEventListener('abort', () => { console.log('aborted ' + request.signal.reason.name); resolve(new Response('late')) }));
                }
            }
            """, runtime: TestRuntime.OneIsolate);
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const controller = new AbortController();
                const answer = env.API.fetch('http://x', { signal: controller.signal }).catch(error => error);
                while (!await env.API.began()) await scheduler.wait(1);
                controller.abort(new Error('enough'));
                return new Response((await answer).message);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("200 enough", (await front.GetAsync()).ToString());
        await api.DisposeAsync();
        Assert.Equal(["aborted AbortError"], api.Observer.Lines);
    }

    [Fact]
    public async Task The_other_worker_is_told_when_the_caller_is_gone()
    {
        await using TestCluster cluster = new();
        TaskCompletionSource began = new();
        var api = await cluster.DeployAsync("api",
            """
            export default { fetch: (request, env, ctx) => new Promise(resolve => {
                const gone = new Promise(resolve => request.signal.addEventListener('abort', resolve));
                ctx.waitUntil(gone.then(() => console.log('told')));
                setTimeout(() => {}, 60_000);
            }) }
            """);
        var front = await cluster.DeployAsync("front", "export default { fetch: (request, env) => env.API.fetch(request) }", bindings: ("API", "api"));
        TestRequest request = new();
        front.Worker.Fetch(request);
        request.Abort();
        Assert.Equal(InvocationOutcome.Canceled, (await request.Response).Summary.Outcome);
        await api.DisposeAsync();
        // It may also have been given up before it began.
        Assert.DoesNotContain(api.Observer.Lines, line => line != "told");
    }

    [Fact]
    public async Task Redirects_are_followed_within_the_binding_as_the_request_says()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api",
            """
            export default { async fetch(request) {
                const { pathname } = new URL(request.url);
                if (pathname === '/307') return new Response(null, { status: 307, headers: { location: '/end' } });
                if (pathname === '/303') return new Response(null, { status: 303, headers: { location: '/end' } });
                if (pathname === '/loop') return Response.redirect(request.url);
                return new Response(`${request.method} ${pathname} ${await request.text()}`);
            } }
            """);
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const out = [];
                for (const init of [['/307', { method: 'POST', body: 'b' }], ['/303', { method: 'POST', body: 'b' }], ['/307', { redirect: 'manual' }]]) {
                    const response = await env.API.fetch('http://x' + init[0], init[1]);
                    out.push(response.status + ' ' + await response.text());
                }
                for (const init of [['/307', { redirect: 'error' }], ['/loop', {}]]) out.push(await env.API.fetch('http://x' + init[0], init[1]).catch(error => error.message));
                return Response.json(out);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal(
            """200 ["200 POST /end b","200 GET /end ","307 ","The service answered with a redirect to /end, and the request's redirect mode is \"error\".","Too many redirects."]""",
            (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task Workers_that_call_each_other_without_end_are_stopped()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("ping", "export default { fetch: (request, env) => env.OTHER.fetch(request) }", bindings: ("OTHER", "pong"));
        var pong = await cluster.DeployAsync("pong", "export default { fetch: (request, env) => env.OTHER.fetch(request) }", bindings: ("OTHER", "ping"));
        Assert.StartsWith("1101 Error: Subrequest depth limit exceeded.", (await pong.GetAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_may_call_itself_and_those_that_call_it()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("b", "export default { fetch: (request, env) => env.A.fetch('http://x/end') }", runtime: TestRuntime.OneIsolate, bindings: ("A", "a"));
        var a = await cluster.DeployAsync("a",
            """
            export default { async fetch(request, env) {
                if (request.url.endsWith('/end')) return new Response('end');
                return new Response(await (await env.B.fetch('http://x')).text() + await (await env.SELF.fetch('http://x/end')).text());
            } }
            """, runtime: TestRuntime.OneIsolate, bindings: [("B", "b"), ("SELF", "a")]);
        Assert.Equal("200 endend", (await a.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_binding_follows_the_deployments_of_its_target()
    {
        await using TestCluster cluster = new();
        var front = await cluster.DeployAsync("front", Catching("env.API.fetch('http://x').then(response => response.text())"), bindings: ("API", "api"));
        Assert.Equal("200 Error: The service binding \"API\" leads to the Worker \"api\", which is not deployed. Deploy it, or remove the binding. true", (await front.GetAsync()).ToString());
        await cluster.DeployAsync("api", "export default { fetch: () => new Response('one') }");
        Assert.Equal("200 one", (await front.GetAsync()).ToString());
        await cluster.DeployAsync("api", "export default { fetch: () => new Response('two') }");
        Assert.Equal("200 two", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task Calls_count_as_subrequests_but_not_as_connections()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "export default { fetch: () => new Response('ok') }");
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const all = await Promise.allSettled(Array.from({ length: 11 }, () => env.API.fetch('http://x')));
                return Response.json(all.map(each => each.reason?.message.slice(0, 20) ?? each.status));
            } }
            """, new WorkerLimits { Subrequests = 10 }, bindings: ("API", "api"));
        var response = await front.GetAsync();
        Assert.EndsWith("\"fulfilled\",\"Too many subrequests\"]", response.Text, StringComparison.Ordinal);
        Assert.Equal(10, response.Summary.Subrequests);
    }

    [Fact]
    public async Task A_WebSocket_goes_through()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api",
            """
            export default { fetch(request) {
                const [client, server] = Object.values(new WebSocketPair());
                server.accept();
                server.addEventListener('message', event => { server.send('echo ' + event.data); if (event.data === 'end') server.close(1000, 'done') });
                return new Response(null, { status: 101, webSocket: client });
            } }
            """);
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const { webSocket, status } = await env.API.fetch('http://x', { headers: { upgrade: 'websocket' } });
                webSocket.accept();
                const log = [status];
                const closed = new Promise(resolve => webSocket.addEventListener('close', event => { log.push(event.code + event.reason); resolve() }));
                webSocket.addEventListener('message', event => log.push(event.data));
                webSocket.send('one');
                webSocket.send('end');
                await closed;
                return Response.json(log);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("""200 [101,"echo one","echo end","1000done"]""", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task The_binding_is_a_Fetcher()
    {
        await using TestCluster cluster = new();
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const text = await (await fetch(new Request('http://x', { fetcher: env.SELF, method: 'POST' }))).text();
                let illegal = '';
                try { await env.SELF.fetch.call({}, 'http://x') } catch (error) { illegal = error.message }
                return request.method === 'POST' ? new Response('posted') : Response.json([Object.prototype.toString.call(env.SELF), text, illegal]);
            } }
            """.Replace("const text", "if (request.method === 'POST') return new Response('posted'); const text", StringComparison.Ordinal), bindings: ("SELF", "front"));
        Assert.Equal("""200 ["[object Fetcher]","posted","Illegal invocation"]""", (await front.GetAsync()).ToString());
    }

    private static string Fetching(string call) =>
        $$"""
        export default { async fetch(request, env) {
            const response = await {{call}};
            return new Response(`${response.status} ${response.statusText} ${response.headers.get('x-answer')} ${response.url} ${await response.text()}`);
        } }
        """;

    private static string Catching(string call) =>
        $$"""
        export default { async fetch(request, env) {
            try { return new Response(await {{call}}) } catch (error) { return new Response(`${error} ${error.remote ?? false}`) }
        } }
        """;
}
