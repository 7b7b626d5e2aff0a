using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Services;

/// <summary>Dispatch namespaces: user Workers, called by names that are chosen for each call.</summary>
public sealed class DispatchNamespaceTests
{
    private static readonly DispatchNamespaceBinding Customers = new("DISPATCHER", "customers");
    private static readonly DispatchNamespaceBinding Watched = new("DISPATCHER", "customers", "outbound", ["customer", "plan"]);

    [Fact]
    public async Task A_user_worker_is_called_by_its_name_in_the_namespace()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice", "export default { fetch: async request => new Response(`${request.method} ${request.url} ${await request.text()}`) }");
        await cluster.DeployAsync("alice", "export default { fetch: () => new Response('not this one') }");
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice').fetch(request)");
        Assert.Equal("200 POST http://example.com/path hi", (await dispatcher.SendAsync(new TestRequest("/path", "POST") { BodyText = "hi" })).ToString());
    }

    [Fact]
    public async Task Methods_of_a_user_worker_can_be_called()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            export default class extends WorkerEntrypoint { add(a, b) { return a + b } counter() { let n = 0; return { up: () => ++n } } }
            """);
        var dispatcher = await DispatcherAsync(cluster,
            "const alice = env.DISPATCHER.get('alice'); using c = await alice.counter(); await c.up(); return Response.json([await alice.add(2, 3), await c.up(), await alice.counter().up()])");
        Assert.Equal("200 [5,2,1]", (await dispatcher.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("bob")]
    [InlineData("../alice")]
    [InlineData("customers/alice")]
    public async Task A_worker_that_is_not_there_is_not_found_when_it_is_called(string name)
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice", "export default { fetch: () => new Response('alice') }");
        var dispatcher = await DispatcherAsync(cluster,
            $$"""
            const stub = env.DISPATCHER.get('{{name}}');
            const errors = [];
            try { await stub.fetch(request) } catch (e) { errors.push(`${e.name}: ${e.message}`) }
            try { await stub.method() } catch (e) { errors.push(`${e.name}: ${e.message}`) }
            return new Response(errors.join(' | '));
            """);
        Assert.Equal("200 Error: Worker not found. | Error: Worker not found.", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task Custom_limits_hold_for_the_call_that_they_were_given_for()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            """
            export default { async fetch(request) {
                if (request.url.endsWith('/spin')) for (;;) {}
                let sent = 0;
                for (; sent < 8; sent++) await fetch('http://origin/').catch(e => { if (e.message.startsWith('Too many')) throw new Error(`${sent} ${e.message}`) });
                return new Response(sent);
            } }
            """);
        var dispatcher = await DispatcherAsync(cluster,
            """
            const text = async (path, limits) => {
                try { return await (await env.DISPATCHER.get('alice', {}, { limits }).fetch('http://x' + path)).text() } catch (e) { return e.message }
            };
            return Response.json([await text('/spin', { cpuMs: 20 }), await text('/', { subRequests: 3 }), await text('/', {})]);
            """);
        Assert.Equal(
            """200 ["Worker exceeded CPU time limit.","3 Too many subrequests by single Worker invocation. To configure this limit, refer to https://developers.cloudflare.com/workers/wrangler/configuration/#limits","8"]""",
            (await dispatcher.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("{ cpuMs: 0 }", "The limit 'cpuMs' must be a number of at least 1.")]
    [InlineData("{ subRequests: 'many' }", "The limit 'subRequests' must be a number of at least 0.")]
    [InlineData("5", "'limits' must be an object such as { cpuMs: 10, subRequests: 5 }.")]
    public async Task Limits_that_are_none_are_refused(string limits, string message)
    {
        await using TestCluster cluster = new();
        var dispatcher = await DispatcherAsync(cluster, $$"""try { env.DISPATCHER.get('a', {}, { limits: {{limits}} }) } catch (e) { return new Response(`${e.name}: ${e.message}`) }""");
        Assert.Equal($"200 TypeError: {message}", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task What_a_user_worker_fetches_goes_through_the_outbound_worker_with_its_parameters()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            "export default { async fetch() { const r = await fetch('https://api.example/x', { method: 'POST', headers: { 'x-a': '1' }, body: 'b' }); return new Response(`${r.status} ${r.url} ${await r.text()}`) } }");
        await cluster.DeployAsync("outbound",
            """
            export default { async fetch(request, env) {
                return Response.json([request.method, request.url, request.headers.get('x-a'), await request.text(), env.customer, env.plan, env.secret ?? null, env.OWN], { status: 203 });
            } }
            """, with: version => version with { Bindings = [new TextBinding("OWN", "own")] });
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice', {}, { outbound: { customer: 'a', plan: { tier: 2 }, secret: 'not declared' } }).fetch(request)", Watched);
        Assert.Equal("""200 203 https://api.example/x ["POST","https://api.example/x","1","b","a",{"tier":2},null,"own"]""", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task Parameters_are_those_of_one_call_only()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice", "export default { fetch: () => fetch('https://x/') }");
        await cluster.DeployAsync("outbound", "export default { fetch: (request, env) => new Response(env.customer ?? 'none') }");
        var dispatcher = await DispatcherAsync(cluster,
            """
            const text = async options => await (await env.DISPATCHER.get('alice', {}, options).fetch(request)).text();
            return Response.json([await text({ outbound: { customer: 'a' } }), await text({ outbound: { customer: 'b' } }), await text({})]);
            """, Watched);
        Assert.Equal("""200 ["a","b","none"]""", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task Redirects_of_the_outbound_worker_are_followed_as_those_of_an_origin()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            """
            export default { async fetch() {
                const followed = await fetch('https://a.example/1', { method: 'POST', body: 'x', headers: { authorization: 'secret' } });
                const kept = await fetch('https://a.example/1', { redirect: 'manual' });
                const endless = await fetch('https://a.example/loop').catch(e => e.message);
                const refused = await fetch('https://a.example/1', { redirect: 'error' }).catch(e => e.message);
                return Response.json([await followed.json(), followed.redirected, followed.url, kept.status, endless, refused]);
            } }
            """);
        await cluster.DeployAsync("outbound",
            """
            export default { async fetch(request) {
                if (request.url.endsWith('/1')) return new Response(null, { status: 302, headers: { location: 'https://b.example/2' } });
                if (request.url.endsWith('/loop')) return new Response(null, { status: 302, headers: { location: '/loop' } });
                return Response.json([request.method, request.headers.get('authorization'), request.headers.get('content-type'), await request.text()]);
            } }
            """);
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice').fetch(request)", Watched);
        Assert.Equal(
            """200 [["GET",null,null,""],true,"https://b.example/2",302,"Too many redirects.","a.example answered with a redirect to https://b.example/2, and the request's redirect mode is \"error\"."]""",
            (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task An_exception_of_the_outbound_worker_is_the_user_workers_to_handle()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice", "export default { async fetch() { try { await fetch('https://x/') } catch (e) { return new Response(`${e.name}: ${e.message}`) } } }");
        await cluster.DeployAsync("outbound", "export default { fetch() { throw new RangeError('blocked') } }");
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice').fetch(request)", Watched);
        Assert.Equal("200 RangeError: blocked", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task WebSockets_go_through_the_outbound_worker_too()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            """
            const events = url => new Promise(done => {
                const seen = [], socket = new WebSocket(url);
                socket.addEventListener('open', () => socket.send('hi'));
                socket.addEventListener('message', e => { seen.push(e.data); socket.close() });
                socket.addEventListener('error', e => seen.push(`error ${e.message}`));
                socket.addEventListener('close', () => done(seen));
            });
            export default { fetch: async () => Response.json([await events('wss://x/echo'), await events('wss://x/throw')]) };
            """);
        await cluster.DeployAsync("outbound",
            """
            export default { fetch(request) {
                if (request.url.endsWith('/throw')) throw new Error('blocked');
                const [client, server] = Object.values(new WebSocketPair());
                server.accept();
                server.addEventListener('message', e => server.send(`echo ${e.data}`));
                return new Response(null, { status: 101, webSocket: client });
            } }
            """);
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice').fetch(request)", Watched);
        var text = (await dispatcher.GetAsync()).ToString();
        Assert.StartsWith("""200 [["echo hi"],["error """, text, StringComparison.Ordinal);
        Assert.Contains("blocked", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_an_outbound_worker_cannot_connect()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            """
            import { connect } from "cloudflare:sockets";
            export default { async fetch() { try { await connect('db.example:5432').opened } catch (e) { return new Response(e.message) } } }
            """);
        await cluster.DeployAsync("outbound", "export default { fetch: () => new Response('') }");
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice').fetch(request)", Watched);
        Assert.Equal("200 connect() is not available to this Worker: what it sends goes through another Worker, which takes HTTP requests only.", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_user_worker_that_calls_itself_is_not_rid_of_limits_and_outbound_worker()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            """
            export const inner = { async fetch() {
                const text = await (await fetch('https://x/')).text();
                let sent = 1;
                try { for (;;) { await fetch('https://x/'); sent++ } } catch (e) { return new Response(`${text} ${sent} ${e.message.slice(0, 20)}`) }
            } };
            export default { fetch: (request, env, ctx) => ctx.exports.inner({ props: {} }).fetch(request) };
            """);
        await cluster.DeployAsync("outbound", "export default { fetch: (request, env) => new Response(`watched ${env.customer}`) }");
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice', {}, { limits: { subRequests: 3 }, outbound: { customer: 'a' } }).fetch(request)", Watched);
        Assert.Equal("200 watched a 3 Too many subrequests", (await dispatcher.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("{ outbound: { customer: () => 1 } }", "The parameters of an outbound Worker can only be plain values: nothing that is called or streamed.")]
    [InlineData("{ outbound: 'a' }", "The 'outbound' of a dispatched Worker must be an object with the parameters of its outbound Worker.")]
    public async Task Parameters_that_cannot_be_told_are_refused(string options, string message)
    {
        await using TestCluster cluster = new();
        var dispatcher = await DispatcherAsync(cluster, $$"""try { env.DISPATCHER.get('a', {}, {{options}}) } catch (e) { return new Response(e.message) }""", Watched);
        Assert.Equal($"200 {message}", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task Parameters_without_an_outbound_worker_are_refused()
    {
        await using TestCluster cluster = new();
        var dispatcher = await DispatcherAsync(cluster, "try { env.DISPATCHER.get('a', {}, { outbound: { a: 1 } }) } catch (e) { return new Response(e.message) }");
        Assert.Equal("200 'outbound' has parameters for an outbound Worker, but the dispatch namespace is bound without one: set \"outbound\" in the binding.", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task User_workers_see_neither_cf_nor_the_default_cache()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice",
            """
            export default { async fetch(request) {
                let failure;
                try { await caches.default.match('https://x/') } catch (e) { failure = e.message }
                const own = await caches.open('mine');
                await own.put('https://x/', new Response('kept', { headers: { 'cache-control': 'max-age=60' } }));
                return Response.json([request.cf ?? null, failure, await (await own.match('https://x/')).text()]);
            } }
            """);
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('alice').fetch(request)");
        Assert.Equal(
            """200 [null,"caches.default is not available to user Workers of a dispatch namespace: use a cache of your own, caches.open(name).","kept"]""",
            (await dispatcher.SendAsync(new TestRequest("/") { CfJson = """{"country":"NZ"}""" })).ToString());
    }

    [Fact]
    public async Task A_stub_is_of_the_event_that_got_it()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("customers/alice", "export default { fetch: () => new Response('alice') }");
        var dispatcher = await DispatcherAsync(cluster,
            """
            globalThis.kept ??= env.DISPATCHER.get('alice');
            try { return await globalThis.kept.fetch(request) } catch (e) { return new Response(e.message.split('.')[0]) }
            """);
        Assert.Equal("200 alice", (await dispatcher.GetAsync()).ToString());
        Assert.Equal("200 Cannot perform I/O on behalf of a different request", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_loop_that_gets_stubs_is_stopped_before_it_fills_the_host()
    {
        await using TestCluster cluster = new();
        var dispatcher = await DispatcherAsync(cluster, "let n = 0; try { for (;; n++) env.DISPATCHER.get('a') } catch (e) { return new Response(`${n} ${e.message}`) }");
        Assert.Equal("200 10000 An invocation can get 10000 stubs of other Workers. Keep one and use it again.", (await dispatcher.GetAsync()).ToString());
    }

    [Fact]
    public async Task Workers_that_dispatch_in_a_circle_come_to_an_end()
    {
        await using TestCluster cluster = new();
        var dispatcher = await DispatcherAsync(cluster, "return env.DISPATCHER.get('again').fetch(request)");
        await cluster.DeployAsync("customers/again", "export default { fetch: (request, env) => env.DISPATCHER.get('again').fetch(request) }", with: version => version with { Bindings = [Customers] });
        var response = await dispatcher.GetAsync();
        Assert.Contains("Subrequest depth limit exceeded", response.ToString(), StringComparison.Ordinal);
    }

    private static Task<TestWorker> DispatcherAsync(TestCluster cluster, string body, DispatchNamespaceBinding? binding = null) => cluster.DeployAsync(
        "dispatcher", $$"""export default { async fetch(request, env) { {{body}} } }""", with: version => version with { Bindings = [binding ?? Customers] });
}
