using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Loading;

/// <summary>Workers whose code another worker gives.</summary>
public sealed class WorkerLoaderTests
{
    private const string NoInternet =
        "This worker is not permitted to access the internet via global functions like fetch(). It must use capabilities (such as bindings in 'env') to talk to the outside world.";

    [Fact]
    public async Task Loaded_workers_answer_requests_and_calls()
    {
        Assert.Equal(
            """200 ["POST https://x/ hi","Hello, Alice","Welcome, Bob","Howdy, Carol"]""",
            await RunAsync(
                """
                const worker = load('basics', {
                    mainModule: 'foo.js',
                    modules: { 'foo.js': `
                        export default {
                            async fetch(request) { return new Response(request.method + ' ' + request.url + ' ' + await request.text()) },
                            greet(name) { return 'Hello, ' + name },
                        };
                        export const alternate = { greet(name, env, ctx) { return ctx.props.greeting + ', ' + name } };` },
                });
                const main = worker.getEntrypoint();
                return [
                    await (await main.fetch('https://x/', { method: 'POST', body: 'hi' })).text(),
                    await main.greet('Alice'),
                    await worker.getEntrypoint('alternate', { props: { greeting: 'Welcome' } }).greet('Bob'),
                    await worker.getEntrypoint('alternate', { props: { greeting: 'Howdy' } }).greet('Carol'),
                ];
                """));
    }

    [Fact]
    public async Task A_name_stands_for_one_worker_whose_code_is_asked_for_once()
    {
        await using var loader = await StartAsync(
            """
            const code = { mainModule: 'a.js', modules: { 'a.js': 'let i = 0; export default { next() { return i++ } }' } };
            let asked = 0;
            const next = name => env.LOADER.get(name, async () => { asked++; await scheduler.wait(1); return { compatibilityDate: '2025-01-01', ...code } }).getEntrypoint().next(0);
            return [await next('a'), await next('a'), await next('b'), await next(null), await next(undefined), asked];
            """);
        Assert.Equal("200 [0,1,0,0,0,4]", (await loader.GetAsync()).ToString());
        // Those with a name are there for later events, those without are not.
        Assert.Equal("200 [2,3,1,0,0,2]", (await loader.GetAsync()).ToString());
    }

    [Fact]
    public async Task Calls_that_are_made_before_the_code_is_there_wait_for_it()
    {
        Assert.Equal(
            "200 [0,1,2]",
            await RunAsync(
                """
                const stub = load('a', new Promise(done => setTimeout(() => done({ mainModule: 'a.js', modules: { 'a.js': 'let i = 0; export default { next() { return i++ } }' } }), 1))).getEntrypoint();
                return (await Promise.all([stub.next(0), stub.next(0), stub.next(0)])).sort();
                """));
    }

    [Fact]
    public async Task All_kinds_of_modules_can_be_given()
    {
        Assert.Equal(
            """200 ["text","json 42","cjs Alice","binary",12]""",
            await RunAsync(
                """
                const wasm = new Uint8Array([0,97,115,109,1,0,0,0,1,7,1,96,2,127,127,1,127,3,2,1,0,7,7,1,3,97,100,100,0,0,10,9,1,7,0,32,0,32,1,106,11]);
                return await load('a', { mainModule: 'dir/main.js', modules: {
                    'dir/main.js': { js: `
                        import text from '../text.txt'; import json from './data.json'; import cjs from '../c.cjs'; import data from '../b.bin'; import wasm from '../add.wasm';
                        export default { async all() { return [text, 'json ' + json.value, cjs.greet('Alice'), new TextDecoder().decode(data), (await WebAssembly.instantiate(wasm)).exports.add(5, 7)] } }` },
                    'text.txt': { text: 'text' },
                    'dir/data.json': { json: { value: 42 } },
                    'c.cjs': { cjs: `module.exports = { greet: name => 'cjs ' + name }` },
                    'b.bin': { data: new TextEncoder().encode('binary') },
                    'add.wasm': { wasm },
                } }).getEntrypoint().all(0);
                """));
    }

    [Theory]
    [InlineData("{}", "TypeError: Dynamic Worker code must contain at least one module.")]
    [InlineData("{ modules: {} }", "TypeError: Dynamic Worker code must contain at least one module.")]
    [InlineData("{ modules: { 'a.py': 'x' } }", "TypeError: Module \"a.py\" is a Python module, but the main module isn't a Python module.")]
    [InlineData("{ mainModule: 'a.py', modules: { 'a.py': 'x' } }", "TypeError: Python Workers are not supported by Skep.")]
    [InlineData("{ modules: { 'a.txt': 'x' } }", "TypeError: Module name must end with '.js' or '.py' (or the content must be an object indicating the type explicitly). Got: a.txt")]
    [InlineData("{ modules: { 'a.ts': 'x' } }", "TypeError: Module name must end with '.js' or '.py' (or the content must be an object indicating the type explicitly). Got: a.ts. If you're trying to load TypeScript, bundle it first with '@cloudflare/worker-bundler' and pass the generated JavaScript modules.")]
    [InlineData("{ modules: { 'a.js': { js: '', text: '' } } }", "TypeError: Each module must contain exactly one of 'js', 'cjs', 'text', 'data', 'json', 'py', or 'wasm'. Module 'a.js' contained 2 properties.")]
    [InlineData("{ modules: { 'a.js': {} } }", "TypeError: Each module must contain exactly one of 'js', 'cjs', 'text', 'data', 'json', 'py', or 'wasm'. Module 'a.js' contained 0 properties.")]
    [InlineData("{ modules: ok, compatibilityDate: undefined }", "TypeError: The code of a dynamic Worker needs a 'compatibilityDate', a string.")]
    [InlineData("{ modules: ok, compatibilityDate: 'soon' }", "Error: Invalid compatibility date: soon")]
    [InlineData("{ modules: ok, compatibilityDate: '2999-01-01' }", "Error: This Worker requires compatibility date \"2999-01-01\", but the newest date supported by this server binary is \"" + WorkerVersion.NewestCompatibilityDate + "\".")]
    [InlineData("{ modules: ok, compatibilityFlags: ['no_such_flag'] }", "Error: No such compatibility flag: no_such_flag")]
    [InlineData("{ modules: ok, allowExperimental: true }", "Error: 'allowExperimental' is only allowed when the calling worker has the 'experimental' compat flag set.")]
    [InlineData("{ modules: ok, streamingTails: [] }", "Error: Streaming tail workers are experimental. You must pass the option 'allowExperimental: true' to the worker loader to use them")]
    [InlineData("{ modules: ok, globalOutbound: {} }", "TypeError: The 'globalOutbound' of a dynamic Worker must be a stub of a Worker's entrypoint, or null.")]
    [InlineData("{ modules: ok, env: { a: () => 1 } }", "TypeError: The 'env' of a dynamic Worker can only have plain values and stubs of Workers' entrypoints.")]
    [InlineData("{ modules: ok, env: { a: 'x'.repeat(2 << 20) } }", "Error: Dynamic Worker env size (2097165 bytes) exceeds the maximum allowed size of 1048576 bytes.")]
    [InlineData("{ modules: { 'a.js': '/*' + 'x'.repeat(33 << 20) + '*/', 'b.js': '/*' + 'x'.repeat(33 << 20) } }", "Error: Dynamic Worker code size (69206022 bytes) exceeds the maximum allowed size of 67108864 bytes.")]
    [InlineData("{ modules: { 'a.js': 'throw new Error(`at startup`)' } }", "Error: at startup")]
    [InlineData("{ modules: { 'b.js': '' } }", "Error: The main module a.js is not among the version's modules.")]
    public async Task Code_that_cannot_be_loaded_fails_the_calls(string code, string error)
    {
        var body = $$"""
            const ok = { 'a.js': 'export default { fetch() {} }' };
            const stub = env.LOADER.get('a', () => ({ compatibilityDate: '2025-01-01', mainModule: 'a.js', ...{{code}} })).getEntrypoint();
            return [await stub.fetch('https://x/').catch(e => `${e.name}: ${e.message}`)];
            """;
        await using var loader = await StartAsync(body);
        var expected = $"200 [{System.Text.Json.JsonSerializer.Serialize(error, RelaxedJson)}]";
        Assert.Equal(expected, (await loader.GetAsync()).ToString());
        // It is asked for anew the next time.
        Assert.Equal(expected, (await loader.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_callback_that_throws_fails_the_calls()
    {
        Assert.Equal(
            """200 ["Error: Code loader failed!","RangeError: later"]""",
            await RunAsync(
                """
                const fail = (name, getCode) => env.LOADER.get(name, getCode).getEntrypoint().method(0).then(() => 'no', e => `${e.name}: ${e.message}`);
                return [await fail('a', () => { throw new Error('Code loader failed!') }), await fail('b', async () => { await scheduler.wait(1); throw new RangeError('later') })];
                """));
    }

    [Fact]
    public async Task Code_that_never_comes_is_asked_of_the_next_event()
    {
        await using var loader = await StartAsync(
            """
            const stub = env.LOADER.get('a', () => globalThis.second ? { compatibilityDate: '2025-01-01', mainModule: 'a.js', modules: { 'a.js': 'export default { ok: () => 1 }' } } : new Promise(() => {})).getEntrypoint();
            if (globalThis.second) return [await stub.ok(0)];
            globalThis.second = true;
            return ['gave up'];
            """);
        Assert.Equal("""200 ["gave up"]""", (await loader.GetAsync()).ToString());
        Assert.Equal("200 [1]", (await loader.GetAsync()).ToString());
    }

    [Fact]
    public async Task Code_can_be_loaded_for_one_event()
    {
        Assert.Equal(
            """200 ["Hello, Alice","TypeError: Dynamic Worker code must contain at least one module."]""",
            await RunAsync(
                """
                const worker = env.LOADER.load({ compatibilityDate: '2025-01-01', mainModule: 'a.js', modules: { 'a.js': 'export default { greet: name => `Hello, ${name}` }' } });
                let failure;
                try { env.LOADER.load({ compatibilityDate: '2025-01-01', mainModule: 'a.js', modules: {} }) } catch (e) { failure = `${e.name}: ${e.message}` }
                return [await worker.getEntrypoint().greet('Alice'), failure];
                """));
    }

    [Fact]
    public async Task Its_env_has_values_and_stubs_of_the_loaders_entrypoints_and_bindings()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { hi() { return 'api says hi' } }");
        var loader = await cluster.DeployAsync("loader", Script(
            """
            const stub = env.LOADER.get('a', () => ({ compatibilityDate: '2025-01-01', mainModule: 'a.js',
                modules: { 'a.js': `
                    import { env as imported } from 'cloudflare:workers';
                    export default { async all(x, env) { return [env.value, env.nested.list, await env.one.greet('Alice'), await env.nested.two.greet('Bob'), await env.api.hi(),
                        await (await env.one.fetch('https://x/path')).text(), imported.value === env.value, Object.keys(env).join()] } }` },
                env: { value: 123, nested: { list: [1, 2], two: ctx.exports.Greeter({ props: { greeting: 'Welcome' } }) }, one: ctx.exports.Greeter({ props: { greeting: 'Hello' } }), api: env.API },
            })).getEntrypoint();
            return stub.all(0);
            """,
            """
            export class Greeter extends WorkerEntrypoint {
                greet(name) { return `${this.ctx.props.greeting}, ${name}!` }
                fetch(request) { return new Response(this.ctx.props.greeting + ' ' + request.url) }
            }
            """), with: version => version with { Bindings = [new WorkerLoaderBinding("LOADER"), new ServiceBinding("API", "api")] });
        const string expected = """200 [123,[1,2],"Hello, Alice!","Welcome, Bob!","api says hi","Hello https://x/path",true,"value,nested,one,api"]""";
        Assert.Equal(expected, (await loader.GetAsync()).ToString());
        // They work in events of others than the one that gave them.
        Assert.Equal(expected, (await loader.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("{ a: ctx.exports.default }", "Could not serialize object of type \"LoopbackServiceStub\". This type does not support serialization.")]
    [InlineData("{ a: env.LOADER.load({ compatibilityDate: '2025-01-01', mainModule: 'a.js', modules: { 'a.js': 'export default { fetch() {} }' } }).getEntrypoint() }", "Entrypoints to dynamically-loaded workers cannot be transferred to other Workers, because the system does not know how to reload this Worker from scratch. Instead, have the parent Worker expose an entrypoint which constructs the dynamic worker and forwards to it.")]
    public async Task Stubs_that_cannot_be_handed_on_are_refused(string environment, string message)
    {
        Assert.Equal(
            $"200 [{System.Text.Json.JsonSerializer.Serialize($"DataCloneError: {message}", RelaxedJson)}]",
            await RunAsync($$"""
                try {
                    env.LOADER.load({ compatibilityDate: '2025-01-01', mainModule: 'a.js', modules: { 'a.js': 'export default { fetch() {} }' }, env: {{environment}} });
                } catch (e) { return [`${e.name}: ${e.message}`] }
                """));
    }

    [Fact]
    public async Task Its_requests_go_out_as_those_of_its_loader_or_to_an_entrypoint_or_not_at_all()
    {
        FakeChannel network = new((request, _) => Task.FromResult(new FakeResponse($"network {request.Url}")));
        await using var loader = await StartAsync(
            """
            const text = more => load(JSON.stringify(Object.keys(more)) + more.globalOutbound, { mainModule: 'a.js', modules: { 'a.js': `export default { fetch: request => fetch(request) }` }, ...more })
                .getEntrypoint().fetch('https://example.com/').then(r => r.text(), e => `${e.name}: ${e.message}`);
            return [await text({}), await text({ globalOutbound: ctx.exports.Outbound }), await text({ globalOutbound: null })];
            """,
            "export const Outbound = { fetch: request => new Response('outbound ' + request.url) };", channel: network);
        Assert.Equal($"""200 ["network https://example.com/","outbound https://example.com/","Error: {NoInternet}"]""", (await loader.GetAsync()).ToString());
    }

    [Fact]
    public async Task Without_network_there_are_no_connections_either()
    {
        Assert.Equal(
            $"""200 ["{NoInternet}"]""",
            await RunAsync(
                """
                return [await load('a', { mainModule: 'a.js', globalOutbound: null, modules: { 'a.js': `
                    import { connect } from 'cloudflare:sockets';
                    export default { async go() { try { await connect('example.com:80').opened } catch (e) { return e.message } } }` } }).getEntrypoint().go(0)];
                """));
    }

    [Fact]
    public async Task The_lower_one_of_both_limits_holds()
    {
        Assert.Equal(
            """200 ["Worker exceeded CPU time limit.",3,2]""",
            await RunAsync(
                """
                const worker = load('a', { mainModule: 'a.js', limits: { cpuMs: 50, subRequests: 3 }, modules: { 'a.js': `
                    export default {
                        spin() { for (;;) {} },
                        async send() { for (let i = 0; ; i++) { try { await fetch('https://x/') } catch (e) { if (e.message.startsWith('Too many')) return i } } },
                    }` } });
                return [
                    await worker.getEntrypoint().spin(0).catch(e => e.message),
                    await worker.getEntrypoint(null, { limits: { subRequests: 9 } }).send(0),
                    await worker.getEntrypoint(null, { limits: { subRequests: 2 } }).send(0),
                ];
                """));
    }

    [Fact]
    public async Task Its_traces_reach_its_tails()
    {
        await using var loader = await StartAsync(
            """
            const text = await (await load('a', { mainModule: 'a.js', tails: [ctx.exports.Tail({ props: { foo: 123 } })],
                modules: { 'a.js': `export default { fetch() { console.log('hello, tail'); return new Response('ok') } }` } }).getEntrypoint().fetch('https://x/')).text();
            return [text];
            """,
            "export class Tail extends WorkerEntrypoint { tail(events) { console.log('tailed', this.ctx.props.foo, events[0].logs[0].message[0], events[0].event.response.status) } }");
        Assert.Equal("""200 ["ok"]""", (await loader.GetAsync()).ToString());
        while (!loader.Observer.Lines.Contains("tailed 123 hello, tail 200")) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_loaded_worker_that_breaks_its_limits_leaves_its_loader_alone()
    {
        Assert.Equal(
            """200 ["Worker exceeded memory limit.",2]""",
            await RunAsync(
                """
                const worker = load('a', { mainModule: 'a.js', modules: { 'a.js': 'export default { eat() { const all = []; for (;;) all.push(new Array(1000).fill({ x: 1 })) }, add: two => two + 1 }' } });
                return [await worker.getEntrypoint().eat(0).catch(e => e.message), await worker.getEntrypoint().add(1)];
                """));
    }

    [Fact]
    public async Task Its_entrypoints_and_flags_are_its_own()
    {
        Assert.Equal(
            """200 ["Hello, Alice!","object","undefined"]""",
            await RunAsync(
                """
                const code = (flags, body) => ({ mainModule: 'a.js', compatibilityFlags: flags, modules: { 'a.js': body } });
                const own = load('own', code([], `
                    import { WorkerEntrypoint } from 'cloudflare:workers';
                    export class Alt extends WorkerEntrypoint { greet(name) { return 'Hello, ' + name } }
                    export default class extends WorkerEntrypoint { async greet(name) { return await this.ctx.exports.Alt.greet(name) + '!' } }`)).getEntrypoint();
                const kind = 'export default { process: () => typeof process }';
                return [await own.greet('Alice'), await load('node', code(['nodejs_compat'], kind)).getEntrypoint().process(0), await load('web', code([], kind)).getEntrypoint().process(0)];
                """));
    }

    [Fact]
    public async Task Those_without_a_name_are_freed_with_the_event_and_all_others_with_the_loader()
    {
        await using var runtime = TestRuntime.New();
        var loader = await StartAsync(
            """
            const code = { mainModule: 'a.js', modules: { 'a.js': 'export default { ok: () => 1 }' } };
            return [await load('named', code).getEntrypoint().ok(0), await load(null, code).getEntrypoint().ok(0)];
            """, runtime: runtime);
        Assert.Equal("200 [1,1]", (await loader.GetAsync()).ToString());
        var loaded = Runtime.Loading.LoadedWorkers.Of((Runtime.Workers.Worker)loader.Worker);
        while (loaded.Count != 1) await Task.Delay(1, TestContext.Current.CancellationToken);
        await loader.DisposeAsync();
        Assert.Equal(0, loaded.Count);
    }

    [Fact]
    public async Task An_event_may_ask_for_the_same_worker_as_often_as_it_likes()
    {
        Assert.Equal(
            "200 [1,2]",
            await RunAsync(
                """
                const get = () => env.LOADER.get('a', () => ({ compatibilityDate: '2025-01-01', mainModule: 'a.js', modules: { 'a.js': 'let i = 0; export default { next() { return ++i } }' } }));
                for (let i = 0; i < 2000; i++) get();
                return [await get().getEntrypoint().next(0), await get().getEntrypoint().next(0)];
                """));
    }

    [Fact]
    public async Task A_loader_without_bounds_is_stopped()
    {
        Assert.Equal(
            """200 [1000,"An invocation can get 1000 dynamic Workers. Keep one and use it again."]""",
            await RunAsync("let n = 0; try { for (;; n++) env.LOADER.get(`${n}`, () => new Promise(() => {})) } catch (e) { return [n, e.message] }"));
    }

    [Fact]
    public async Task A_stub_is_of_the_event_that_got_it()
    {
        await using var loader = await StartAsync(
            """
            globalThis.worker ??= load('a', { mainModule: 'a.js', modules: { 'a.js': 'export default { ok: () => 1 }' } });
            try { return [await globalThis.worker.getEntrypoint().ok(0)] } catch (e) { return [e.message.split('.')[0]] }
            """);
        Assert.Equal("200 [1]", (await loader.GetAsync()).ToString());
        Assert.Equal("""200 ["Cannot perform I/O on behalf of a different request"]""", (await loader.GetAsync()).ToString());
    }

    private static readonly System.Text.Json.JsonSerializerOptions RelaxedJson = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<string> RunAsync(string body)
    {
        await using var loader = await StartAsync(body);
        return (await loader.GetAsync()).ToString();
    }

    private static Task<TestWorker> StartAsync(string body, string more = "", WorkerRuntime? runtime = null, FakeChannel? channel = null) => TestWorker.StartAsync(
        new WorkerVersion { Name = "loader", MainModule = "main.js", Modules = [TestWorker.Module("main.js", Script(body, more))], Bindings = [new WorkerLoaderBinding("LOADER")] }, runtime, channel);

    private static string Script(string body, string more = "") =>
        $$"""
        import { WorkerEntrypoint } from "cloudflare:workers";
        {{more}}
        export default { async fetch(request, env, ctx) {
            const load = (name, code) => env.LOADER.get(name, async () => ({ compatibilityDate: '2025-01-01', ...await code }));
            return Response.json(await (async () => { {{body}} })());
        } };
        """;
}
