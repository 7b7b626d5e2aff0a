using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Rpc;

/// <summary>Calls of another worker's methods, as a worker's author makes them.</summary>
public sealed class RpcTests
{
    internal const string Api =
        """
        import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
        class Counter extends RpcTarget {
            #value = 0;
            own = 'own';
            constructor(start = 0) { super(); this.#value = start }
            increment(by = 1) { return this.#value += by }
            get value() { return this.#value }
            get self() { return this }
            [Symbol.dispose]() { console.log('disposed ' + this.#value) }
        }
        export default class extends WorkerEntrypoint {
            own = 'own';
            #hidden() {}
            add(a, b) { return a + b }
            async later(value) { await scheduler.wait(1); return value }
            echo(...args) { return args.length === 1 ? args[0] : args }
            get constant() { return 42 }
            get config() { return { limits: { max: 7 }, list: [1, 2] } }
            counter(start) { return new Counter(start) }
            nested() { return { counter: new Counter(10), text: 'plain', deep: { add: (a, b) => a + b } } }
            adder(a) { return b => a + b }
            async call(fn, ...args) { return await fn(...args) }
            async each(list, fn) { const out = []; for (const item of list) out.push(await fn(item)); return out }
            who() { return [this.constructor.name === undefined, typeof this.env, typeof this.ctx.waitUntil, JSON.stringify(this.ctx.props)] }
            fail(name, message) { const error = new globalThis[name](message); error.code = 5; throw error }
            failWith(value) { throw value }
            custom() { throw new (class MyError extends Error { name = 'MyError' })('mine') }
            forward() { return this.env.OTHER?.counter(5) }
        }
        export const handlers = { hello(name, env, ctx) { return `hello ${name} ${typeof env} ${typeof ctx.waitUntil}` }, two(a, b, env, ctx) {}, text: 'text' };
        export class Empty extends WorkerEntrypoint {}
        """;

    [Theory]
    [InlineData("await env.API.add(1, 2)", "3")]
    [InlineData("await env.API.later('x')", "\"x\"")]
    [InlineData("await env.API.constant", "42")]
    [InlineData("await env.API.config.limits.max", "7")]
    [InlineData("await env.API.echo(1, 'two', null)", "[1,\"two\",null]")]
    [InlineData("(await env.API.echo(undefined)) === undefined", "true")]
    [InlineData("await env.API.who()", "[false,\"object\",\"function\",\"{}\"]")]
    [InlineData("await Promise.all([env.API.add(1, 1), env.API.add(2, 2)])", "[2,4]")]
    [InlineData("await env.API.add(1, 2).then(sum => sum * 2)", "6")]
    [InlineData("await env.API.fail('Error', 'x').catch(error => error.message)", "\"x\"")]
    [InlineData("await env.API.add(1, 2).finally(() => {})", "3")]
    [InlineData("await env.HANDLERS.hello('bee')", "\"hello bee object function\"")]
    [InlineData("await env.HANDLERS.text", "\"text\"")]
    public async Task Methods_and_properties(string expression, string result) =>
        Assert.Equal($"200 {result}", await EvaluateAsync(expression));

    [Theory]
    [InlineData("await (await env.API.counter(3)).increment(4)", "7")]
    [InlineData("await env.API.counter(3).increment(4)", "7")]
    [InlineData("await env.API.counter(3).value", "3")]
    [InlineData("await env.API.counter(3).self.self.increment()", "4")]
    [InlineData("await env.API.nested().counter.increment()", "11")]
    [InlineData("await env.API.nested().deep.add(1, 2)", "3")]
    [InlineData("await env.API.nested().text", "\"plain\"")]
    [InlineData("await (await env.API.adder(1))(2)", "3")]
    [InlineData("await env.API.adder(1)(2)", "3")]
    [InlineData("await env.API.call((a, b) => a * b, 6, 7)", "42")]
    [InlineData("await env.API.each([1, 2, 3], async n => n * n)", "[1,4,9]")]
    [InlineData("await (async () => { const c = await env.API.counter(0); await c.increment(); await c.increment(5); return await c.value })()", "6")]
    [InlineData("await (async () => { const r = await env.API.nested(); return [r.text, await r.counter.increment(), await r.deep.add(1, 1)] })()", "[\"plain\",11,2]")]
    [InlineData("await (async () => { const p = env.API.nested(); await p; return [await p.counter.increment(), await p.deep.add(2, 2), await p.text] })()", "[11,4,\"plain\"]")]
    [InlineData("await (async () => { const p = env.API.counter(1); await p; return await p.increment() })()", "2")]
    public async Task What_a_call_gives_can_be_called(string expression, string result) =>
        Assert.Equal($"200 {result}", await EvaluateAsync(expression));

    [Theory]
    [InlineData("new RpcStub(() => 5)()", "5")]
    [InlineData("new RpcStub({ a: { b: c => c + 1 } }).a.b(1)", "2")]
    [InlineData("env.API.call(new RpcStub(x => x + '!'), 'hi')", "\"hi!\"")]
    [InlineData("env.API.echo(new RpcStub(x => x)).then(async stub => [stub instanceof RpcStub, await stub(4)])", "[true,4]")]
    [InlineData("env.API.echo(x => x + 1).then(stub => stub(4))", "5")]
    [InlineData("(async () => { const s = new RpcStub(() => 1); const d = s.dup(); s[Symbol.dispose](); return [await d(), await s().catch(error => error.message)] })()", "[1,\"RPC stub used after being disposed.\"]")]
    public async Task Stubs_can_be_made_and_handed_on(string expression, string result) =>
        Assert.Equal($"200 {result}", await EvaluateAsync($"await {expression}"));

    [Theory]
    [InlineData("env.API.nothing()", "TypeError: The RPC receiver does not implement the method \"nothing\".")]
    [InlineData("env.API.own", "TypeError: The RPC receiver does not implement the method \"own\".")]
    [InlineData("env.API.counter().own", "TypeError: The RPC receiver does not implement the method \"own\".")]
    [InlineData("env.API.hidden()", "TypeError: The RPC receiver does not implement the method \"hidden\".")]
    [InlineData("env.API.constant()", "TypeError: \"constant\" is not a function.")]
    [InlineData("env.API.alarm()", "TypeError: 'alarm' is a reserved method and cannot be called over RPC.")]
    [InlineData("env.API.dup()", "TypeError: 'dup' is a reserved method and cannot be called over RPC.")]
    [InlineData("env.API.config.limits.toStrin()", "TypeError: The RPC receiver does not implement the method \"toStrin\".")]
    [InlineData("env.HANDLERS.hello()", "TypeError: Attempted to call RPC function \"hello\" with the wrong number of arguments.")]
    [InlineData("env.HANDLERS.two(1)", "TypeError: Cannot call handler function \"two\" over RPC")]
    [InlineData("env.API.add(1, 2).more()", "TypeError: Can't pipeline on RPC that did not return an object.")]
    [InlineData("env.NOBODY.add()", "TypeError: The worker has no entrypoint named \"Nobody\".")]
    [InlineData("env.API.fail('RangeError', 'far')", "RangeError: far")]
    [InlineData("env.API.custom()", "Error: mine")]
    [InlineData("env.API.fail('TypeError', 'bad').more.and.more()", "TypeError: bad")]
    public async Task What_cannot_be_called_says_so(string expression, string error) =>
        Assert.StartsWith("200 \"" + error.Replace("\"", "\\\"", StringComparison.Ordinal), await EvaluateAsync($"await {expression}.then(() => 'no error', error => `${{error}}`)"), StringComparison.Ordinal);

    [Theory]
    [InlineData("fail('RangeError', 'far')", "[\"RangeError\",\"far\",true,true,false]")]
    [InlineData("custom()", "[\"Error\",\"mine\",true,true,false]")]
    public async Task An_exception_crosses_without_its_stack_and_its_properties(string call, string result) =>
        Assert.Equal($"200 {result}", await EvaluateAsync(
            $"await env.API.{call}.catch(error => [error.name, error.message, error.remote, error instanceof Error, 'code' in error || error.stack.includes('api')])"));

    [Fact]
    public async Task What_is_thrown_need_not_be_an_error() =>
        Assert.Equal("200 [\"text\",{\"a\":1}]", await EvaluateAsync("[await env.API.failWith('text').catch(x => x), await env.API.failWith({ a: 1 }).catch(x => x)]"));

    [Fact]
    public async Task Before_its_date_a_binding_has_only_fetch()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", Api);
        var front = await cluster.DeployAsync(
            "front", "export default { fetch: (request, env) => Response.json([typeof env.API.fetch, typeof env.API.add]) }",
            with: version => version with { CompatibilityDate = "2024-04-02" }, bindings: ("API", "api"));
        Assert.Equal("""200 ["function","undefined"]""", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task The_own_entrypoints_can_be_called_too() =>
        Assert.Equal("200 [3,{\"user\":1}]", await EvaluateAsync(
            "[await ctx.exports.Own.add(1, 2), await ctx.exports.Own({ props: { user: 1 } }).props()]",
            "export class Own extends WorkerEntrypoint { add(a, b) { return a + b } props() { return this.ctx.props } }"));

    [Fact]
    public async Task A_worker_without_handlers_can_be_called()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { one() { return 1 } }");
        var front = await cluster.DeployAsync("front", "export default { fetch: async (request, env) => Response.json(await env.API.one()) }", bindings: ("API", "api"));
        Assert.Equal("200 1", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task Workers_call_each_other_in_turn()
    {
        await using TestCluster cluster = new();
        const string Script =
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            export default class extends WorkerEntrypoint {
                async fetch() { return Response.json(await this.down(20)) }
                async down(n) { return n === 0 ? [] : [n % 2, ...await this.env.OTHER.down(n - 1)] }
            }
            """;
        await cluster.DeployAsync("a", Script, runtime: TestRuntime.OneIsolate, bindings: ("OTHER", "b"));
        var b = await cluster.DeployAsync("b", Script, runtime: TestRuntime.OneIsolate, bindings: ("OTHER", "a"));
        Assert.Equal("200 [0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1]", (await b.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_chain_without_end_is_stopped()
    {
        await using TestCluster cluster = new();
        var a = await cluster.DeployAsync(
            "a",
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            export default class extends WorkerEntrypoint {
                async fetch() { return new Response(await this.more(0).catch(error => error.message.slice(0, 31))) }
                more(n) { return this.env.SELF.more(n + 1) }
            }
            """, bindings: ("SELF", "a"));
        Assert.Equal("200 Subrequest depth limit exceeded", (await a.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_stub_of_one_worker_can_be_given_to_another()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("other", Api);
        await cluster.DeployAsync("api", Api, bindings: ("OTHER", "other"));
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                using counter = await env.API.forward();
                return Response.json([await counter.increment(), await env.API.call(counter.dup === undefined ? null : n => counter.increment(n), 10), await env.API.forward().increment(1)]);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("200 [6,16,6]", (await front.GetAsync()).ToString());
    }

    internal static async Task<string> EvaluateAsync(string expression, string more = "")
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", Api);
        var front = await cluster.DeployAsync(
            "front",
            $$"""
            import { RpcStub, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
            {{more}}
            export default { async fetch(request, env, ctx) { return Response.json({{expression}}) } }
            """, bindings: [("API", "api"), ("HANDLERS", "api#handlers"), ("NOBODY", "api#Nobody"), ("EMPTY", "api#Empty")]);
        return (await front.GetAsync()).ToString();
    }
}
