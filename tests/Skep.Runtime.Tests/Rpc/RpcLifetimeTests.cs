using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Rpc;

/// <summary>How long things last that are held across workers.</summary>
public sealed class RpcLifetimeTests
{
    private const string Api =
        """
        import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
        let kept;
        class Thing extends RpcTarget {
            constructor(name) { super(); this.#name = name }
            #name;
            name() { return this.#name }
            [Symbol.dispose]() { console.log('disposed ' + this.#name) }
        }
        export default class extends WorkerEntrypoint {
            thing(name) { return new Thing(name) }
            things() { return { a: new Thing('a'), b: new Thing('b') } }
            plain() { return { text: 'x', [Symbol.dispose]() { console.log('disposed plain') } } }
            use(callback) { kept = callback; return callback('now') }
            keep(callback) { kept = callback.dup(); return 'kept' }
            async useKept() { try { return await kept('later') } catch (error) { return error.message } }
            background() { this.ctx.waitUntil(scheduler.wait(5).then(() => console.log('background'))); return 'done' }
            hang() { return new Promise(() => {}) }
            wait() { return scheduler.wait(60_000) }
        }
        """;

    [Theory]
    [InlineData("{ using thing = await env.API.thing('x'); await thing.name() }", "disposed x")]
    [InlineData("const thing = await env.API.thing('y'); thing[Symbol.dispose]()", "disposed y")]
    [InlineData("const thing = await env.API.thing('z'); const copy = thing.dup(); thing[Symbol.dispose](); await copy.name(); copy[Symbol.dispose]()", "disposed z")]
    [InlineData("await env.API.thing('end')", "disposed end")]
    [InlineData("{ using all = await env.API.things() }", "disposed a|disposed b")]
    [InlineData("{ using plain = await env.API.plain(); if (plain.text !== 'x') throw 1 }", "disposed plain")]
    [InlineData("{ using promise = env.API.thing('p'); await promise.name() }", "disposed p")]
    public async Task What_is_disposed_of_is_let_go_by_its_worker(string body, string log)
    {
        await using TestCluster cluster = new();
        var api = await cluster.DeployAsync("api", Api);
        var front = await cluster.DeployAsync("front", $"export default {{ async fetch(request, env) {{ {body}; await env.API.background(); return new Response('ok') }} }}", bindings: ("API", "api"));
        Assert.Equal("200 ok", (await front.GetAsync()).ToString());
        await api.DisposeAsync();
        Assert.Equal(log.Split('|'), api.Observer.Lines.Where(line => line != "background").Order());
    }

    [Fact]
    public async Task Arguments_last_as_long_as_the_call_unless_they_are_duplicated()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", Api, runtime: TestRuntime.OneIsolate);
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const log = [];
                log.push(await env.API.use(text => text + 1), await env.API.useKept());
                log.push(await env.API.keep(text => text + 2));
                return Response.json(log);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("200 [\"now1\",\"RPC stub used after being disposed.\",\"kept\"]", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_stub_belongs_to_its_request()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", Api);
        var front = await cluster.DeployAsync("front",
            """
            let stub;
            export default { async fetch(request, env) {
                if (stub) return new Response(await stub.name().catch(error => error.message));
                stub = await env.API.thing('first');
                return new Response(await stub.name());
            } }
            """, runtime: TestRuntime.OneIsolate, bindings: ("API", "api"));
        Assert.Equal("200 first", (await front.GetAsync()).ToString());
        Assert.StartsWith("200 Cannot perform I/O on behalf of a different request.", (await front.GetAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_done_after_the_answer_is_done()
    {
        await using TestCluster cluster = new();
        var api = await cluster.DeployAsync("api", Api);
        var front = await cluster.DeployAsync("front", "export default { fetch: async (request, env) => new Response(await env.API.background()) }", bindings: ("API", "api"));
        Assert.Equal("200 done", (await front.GetAsync()).ToString());
        await api.DisposeAsync();
        Assert.Equal(["background"], api.Observer.Lines);
    }

    [Fact]
    public async Task A_callee_that_never_answers_is_noticed()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", Api);
        var front = await cluster.DeployAsync("front", "export default { fetch: async (request, env) => new Response(await env.API.hang().catch(error => error.message)) }", bindings: ("API", "api"));
        Assert.StartsWith("200 The Workers runtime canceled this request", (await front.GetAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callee_ends_when_its_caller_is_gone()
    {
        await using TestCluster cluster = new();
        var api = await cluster.DeployAsync("api", Api);
        var front = await cluster.DeployAsync("front", "export default { fetch: async (request, env) => new Response(await env.API.wait()) }", bindings: ("API", "api"));
        TestRequest request = new();
        front.Worker.Fetch(request);
        request.Abort();
        Assert.Equal(InvocationOutcome.Canceled, (await request.Response).Summary.Outcome);
        // Were it still waiting, this would take a minute.
        await api.DisposeAsync();
    }

    [Fact]
    public async Task A_function_whose_request_has_ended_can_be_called_no_more()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api",
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            let broken, told = new Promise(resolve => broken = resolve);
            export default class extends WorkerEntrypoint {
                keep(callback) {
                    const kept = callback.dup();
                    kept.onRpcBroken(error => broken(error.message));
                    this.ctx.waitUntil(scheduler.wait(20).then(() => kept()).catch(error => console.log(error.message)));
                    return 'kept';
                }
            }
            """, runtime: TestRuntime.OneIsolate);
        var api = await cluster.DeployAsync("api2", "export default { fetch() {} }");
        var front = await cluster.DeployAsync("front", "export default { fetch: async (request, env) => new Response(await env.API.keep(() => 1)) }", bindings: ("API", "api"));
        Assert.Equal("200 kept", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_stub_tells_when_it_breaks()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api",
            """
            import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
            class Loop extends RpcTarget { loop() { for (;;) {} } fine() { return 'fine' } }
            export default class extends WorkerEntrypoint { make() { return new Loop() } }
            """, new WorkerLimits { CpuTime = TimeSpan.FromMilliseconds(50) });
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const stub = await env.API.make();
                const log = [await stub.fine()];
                const broken = new Promise(resolve => stub.onRpcBroken(error => resolve(error.message)));
                log.push(await stub.loop().catch(error => error.message), await broken, await stub.fine().catch(error => error.message));
                return Response.json(log);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("200 [\"fine\",\"Worker exceeded CPU time limit.\",\"Worker exceeded CPU time limit.\",\"Worker exceeded CPU time limit.\"]", (await front.GetAsync()).ToString());
    }
}
