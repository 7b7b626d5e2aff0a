using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Rpc;

/// <summary>A worker that means ill reaches nothing of the worker it calls, or that calls it, and takes neither down.</summary>
public sealed class HostileRpcTests
{
    private static readonly WorkerLimits Small = new() { MemoryBytes = 32 << 20 };

    private static readonly WorkerLimits Hurried = Small with { CpuTime = TimeSpan.FromMilliseconds(200) };

    [Theory]
    [InlineData("loop() { for (;;) {} }", "loop()")]
    [InlineData("get loops() { for (;;) {} }", "loops")]
    [InlineData("thenable() { return { then() { for (;;) {} } } }", "thenable()")]
    [InlineData("result() { return { get x() { for (;;) {} } } }", "result()")]
    public Task A_callee_that_loops_fails_alone(string method, string call) => FailsAlone(method, call, "Worker exceeded CPU time limit.", Hurried);

    [Theory]
    [InlineData("eat() { const a = []; for (;;) a.push(new Array(1000).fill({ x: 1 })) }", "eat()", "Worker exceeded memory limit.")]
    [InlineData("deep() { let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; return a }", "deep()", "Maximum call stack size exceeded")]
    public Task A_callee_that_takes_too_much_fails_alone(string method, string call, string error) => FailsAlone(method, call, error, Small);

    [Fact]
    public async Task A_function_that_loops_fails_its_own_worker_only()
    {
        await using TestCluster cluster = new();
        var api = await cluster.DeployAsync("api",
            "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { async call(fn) { try { return await fn() } catch (error) { console.log(error.message) } } }");
        var front = await cluster.DeployAsync("front", "export default { fetch: async (request, env) => Response.json(await env.API.call(() => { for (;;) {} })) }", Hurried, bindings: ("API", "api"));
        Assert.Equal("1102 Worker exceeded CPU time limit.", (await front.GetAsync()).ToString());
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Stubs_that_nobody_disposes_of_are_memory_and_have_a_limit()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint, RpcTarget } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { many() { return Array.from({ length: 10_000 }, () => new RpcTarget()) } }");
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const all = [];
                try { for (;;) all.push(await env.API.many()) } catch (error) { return new Response(error.message) }
            } }
            """, Small, bindings: ("API", "api"));
        Assert.Contains((await front.GetAsync()).ToString(), new[]
        {
            "200 Out of memory: too many RPC stubs are in use. Dispose of those that are not needed any more.",
            "1102 Worker exceeded memory limit.",
            "200 Worker exceeded memory limit.",
        });
    }

    [Fact]
    public async Task Stubs_that_are_disposed_of_cost_nothing()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint, RpcTarget } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { many() { return { all: Array.from({ length: 1000 }, () => new RpcTarget()) } } }", Small);
        var front = await cluster.DeployAsync("front", "export default { async fetch(request, env) { for (let i = 0; i < 150; i++) { using many = await env.API.many() } return new Response('ok') } }", Small, bindings: ("API", "api"));
        Assert.Equal("200 ok", (await front.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("constructor", "'constructor' is a reserved method and cannot be called over RPC.")]
    [InlineData("__proto__", "The RPC receiver does not implement the method \\\"__proto__\\\".")]
    [InlineData("toString", "The RPC receiver does not implement the method \\\"toString\\\".")]
    [InlineData("hasOwnProperty", "The RPC receiver does not implement the method \\\"hasOwnProperty\\\".")]
    [InlineData("polluted", "The RPC receiver does not implement the method \\\"polluted\\\".")]
    [InlineData("env", "The RPC receiver does not implement the method \\\"env\\\".")]
    [InlineData("ctx", "The RPC receiver does not implement the method \\\"ctx\\\".")]
    public async Task What_every_object_has_is_not_reached(string name, string error)
    {
        // A caller's stub hides such names; one that builds its calls otherwise finds them refused all the same.
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api",
            """
            import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
            Object.prototype.polluted = () => 'reached';
            class T extends RpcTarget {}
            export default class extends WorkerEntrypoint { target() { return new T() } plain() { return { a: { x: 1 } } } }
            """);
        var front = await cluster.DeployAsync("front", $$"""
            const name = {{(char)34}}{{name}}{{(char)34}};
            for (const each of ['toString', 'hasOwnProperty', '__proto__']) delete Object.prototype[each];
            export default { async fetch(request, env) {
                const errors = [];
                for (const what of [() => env.API[name](), () => env.API.target()[name](), () => env.API.plain().a[name]()]) {
                    try { await what(); errors.push('reached') } catch (error) { errors.push(error.message) }
                }
                return new Response(JSON.stringify(errors));
            } }
            """, bindings: ("API", "api"));
        var text = (await front.GetAsync()).ToString();
        Assert.DoesNotContain("reached\"", text, StringComparison.Ordinal);
        if (name is not "constructor") Assert.Contains(error, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_one_side_changes_about_the_language_reaches_the_other()
    {
        await using TestCluster cluster = new();
        const string Spoil =
            """
            const needed = { then: 1, push: 1, bind: 1, map: 1 };
            for (const prototype of [Array.prototype, Map.prototype, Promise.prototype, Function.prototype, WeakMap.prototype, Set.prototype]) {
                for (const name of Object.getOwnPropertyNames(prototype)) {
                    if (name === 'constructor' || name === 'length' || typeof Object.getOwnPropertyDescriptor(prototype, name).value !== 'function') continue;
                    if (name in needed) continue;
                    prototype[name] = function () { throw new Error('spoilt ' + name) };
                }
            }
            Object.prototype.get = () => { throw new Error('spoilt get') };
            """;
        await cluster.DeployAsync("api", $"import {{ WorkerEntrypoint, RpcTarget }} from 'cloudflare:workers'; export default class extends WorkerEntrypoint {{ add(a, b) {{ return a + b }} make() {{ return {{ fn: x => x * 2, date: new Date(0) }} }} }} {Spoil}");
        var front = await cluster.DeployAsync("front", $$"""
            {{Spoil}}
            export default { async fetch(request, env) {
                const made = await env.API.make();
                return new Response(`${await env.API.add(1, 2)} ${await made.fn(4)} ${await env.API.make().fn(5)}`);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("200 3 8 10", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_proxy_is_called_where_it_is()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { async call(object) { return [await object.any(1), await object.other] } }");
        var front = await cluster.DeployAsync("front",
            """
            import { RpcTarget } from "cloudflare:workers";
            class T extends RpcTarget {}
            export default { async fetch(request, env) {
                const traps = [];
                const proxy = new Proxy(new T(), { get(target, name) { traps.push(String(name)); return typeof name === 'symbol' ? undefined : name === 'any' ? n => n + 1 : 'value of ' + name } });
                return Response.json([await env.API.call(proxy), traps.filter(name => !name.startsWith('Symbol'))]);
            } }
            """, bindings: ("API", "api"));
        Assert.Equal("200 [[2,\"value of other\"],[\"any\",\"other\"]]", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_stub_is_not_taken_for_a_promise()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint, RpcTarget } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { trap() { return new (class extends RpcTarget { then(resolve) { resolve('taken') } })() } }");
        var front = await cluster.DeployAsync("front", "export default { async fetch(request, env) { const value = await env.API.trap(); return Response.json([typeof value, value === 'taken']) } }", bindings: ("API", "api"));
        // The callee's own thenable is a promise to its own engine, as in Workers.
        Assert.Equal("200 [\"string\",true]", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_path_has_a_limit()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint {}");
        var front = await cluster.DeployAsync("front", "export default { async fetch(request, env) { let at = env.API, depth = 0; try { for (;; depth++) at = at.x } catch (error) { return Response.json([depth, error.message]) } } }", bindings: ("API", "api"));
        Assert.Equal("200 [64,\"RPC pipelined property path is too deep (max 64).\"]", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task Many_callers_at_once_get_their_own_answers()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { async echo(n, fn) { if (n % 3 === 0) await scheduler.wait(1); return fn ? await fn(n) : n } }");
        var front = await cluster.DeployAsync("front",
            """
            export default { async fetch(request, env) {
                const base = +new URL(request.url).searchParams.get('n') * 1000;
                const all = await Promise.all(Array.from({ length: 50 }, (_, i) => env.API.echo(base + i, i % 2 ? n => n : undefined)));
                return new Response(all.every((n, i) => n === base + i));
            } }
            """, bindings: ("API", "api"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => front.SendAsync(new TestRequest($"/?n={n}")))));
        Assert.All(answers, answer => Assert.Equal("200 true", answer.ToString()));
    }

    private static async Task FailsAlone(string method, string call, string error, WorkerLimits limits)
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", $"import {{ WorkerEntrypoint }} from 'cloudflare:workers'; export default class extends WorkerEntrypoint {{ {method} fine() {{ return 'fine' }} }}", limits);
        var front = await cluster.DeployAsync("front", $"export default {{ fetch: async (request, env) => Response.json([await env.API.{call}.then(() => 'no error', error => error.message), await env.API.fine()]) }}", bindings: ("API", "api"));
        Assert.Equal($"200 [\"{error}\",\"fine\"]", (await front.GetAsync()).ToString());
    }
}
