using Skep.Abstractions.Workers;
using Skep.Runtime.Tests.Objects;

namespace Skep.Runtime.Tests.Rpc;

/// <summary>Stubs of entrypoints and of Durable Objects as arguments and results of calls
/// (https://developers.cloudflare.com/workers/runtime-apis/rpc/#forwarding-rpc-stubs).</summary>
public sealed class ServiceStubValueTests
{
    private const string Api =
        """
        import { WorkerEntrypoint } from "cloudflare:workers";
        export class Named extends WorkerEntrypoint {
          who(name) { return `${this.ctx.props.user ?? 'nobody'} greets ${name}` }
          fetch(request) { return new Response(`${this.ctx.props.user} at ${request.url}`) }
        }
        export default class extends WorkerEntrypoint { who(name) { return `api greets ${name}` } fetch() { return new Response('api') } }
        """;

    private const string Middle =
        """
        import { WorkerEntrypoint } from "cloudflare:workers";
        export class Tool extends WorkerEntrypoint { run(x) { return `tool of ${this.ctx.props.owner} runs ${x}` } }
        export default class extends WorkerEntrypoint {
          async use(service, name) { return [Object.prototype.toString.call(service), await service.who(name), await (await service.fetch('http://x/')).text()] }
          hand() { return this.env.API }
          pair() { return { service: this.env.API, same: this.env.API } }
          tool(owner) { return this.ctx.exports.Tool({ props: { owner } }) }
          unspecialized() { return this.ctx.exports.Tool }
          echo(value) { return value }
        }
        """;

    [Theory]
    [InlineData("env.MIDDLE.use(env.API, 'Ann')", """["[object Fetcher]","api greets Ann","api"]""")]
    [InlineData("env.MIDDLE.use(env.NAMED, 'Ann')", """["[object Fetcher]","kim greets Ann","kim at http://x/"]""")]
    [InlineData("(await env.MIDDLE.hand()).who('Bob')", "\"api greets Bob\"")]
    [InlineData("(await (await env.MIDDLE.hand()).fetch('http://x/')).text()", "\"api\"")]
    [InlineData("env.MIDDLE.hand().who('Bob')", "\"api greets Bob\"")]
    [InlineData("(await (await env.MIDDLE.pair()).service.who('Eve'))", "\"api greets Eve\"")]
    [InlineData("(await env.MIDDLE.echo(env.NAMED)).who('Joe')", "\"kim greets Joe\"")]
    [InlineData("(await env.MIDDLE.echo(await env.MIDDLE.echo(env.NAMED))).who('Joe')", "\"kim greets Joe\"")]
    [InlineData("(await env.MIDDLE.tool('me')).run('fast')", "\"tool of me runs fast\"")]
    [InlineData("env.MIDDLE.tool('me').run('fast')", "\"tool of me runs fast\"")]
    [InlineData("(await env.MIDDLE.echo(ctx.exports.Mine({ props: { a: 1 } }))).me()", """{"a":1}""")]
    public async Task A_stub_of_an_entrypoint_is_handed_on(string expression, string expected)
    {
        await using TestCluster cluster = new();
        var front = await StartAsync(cluster, expression);
        Assert.Equal($"200 {expected}", (await front.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("env.MIDDLE.unspecialized()", "Could not serialize object of type \"LoopbackServiceStub\". This type does not support serialization.")]
    [InlineData("env.MIDDLE.echo(ctx.exports.Mine)", "Could not serialize object of type \"LoopbackServiceStub\". This type does not support serialization.")]
    [InlineData("ctx.exports.Mine({ props: { inner: env.API } })", "ServiceStub cannot be serialized in this context.")]
    public async Task One_that_cannot_be_is_refused(string expression, string expected)
    {
        await using TestCluster cluster = new();
        var front = await StartAsync(cluster, expression);
        Assert.Equal($"200 \"DataCloneError: {expected.Replace("\"", "\\\"", StringComparison.Ordinal)}\"", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_stub_leads_to_whatever_is_deployed_when_it_is_called()
    {
        await using TestCluster cluster = new();
        var front = await cluster.DeployAsync(
            "front",
            "export default { async fetch(request, env) { const stub = await env.MIDDLE.hand(); try { return new Response(await stub.who('A')) } catch (error) { return new Response(error.message) } } }",
            bindings: ("MIDDLE", "middle"));
        await cluster.DeployAsync("api", Api);
        await cluster.DeployAsync("middle", Middle, bindings: ("API", "api"));
        Assert.Equal("200 api greets A", (await front.GetAsync()).ToString());
        await cluster.DeployAsync("api", Api.Replace("api greets", "new api greets", StringComparison.Ordinal));
        Assert.Equal("200 new api greets A", (await front.GetAsync()).ToString());
        cluster.Remove("api");
        Assert.Equal("200 The stub leads to the Worker \"api\", which is not deployed. Deploy it, or ask for another stub.", (await front.GetAsync()).ToString());
    }

    [Fact]
    public async Task Durable_Objects_give_each_other_stubs_without_their_names()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            add(n) { this.count = (this.count ?? 0) + n; return this.count }
            async give(other, n) { return [other.id === undefined, Object.prototype.toString.call(other), await other.add(n)] }
            other(name) { return this.env.THINGS.getByName(name) }
            own() { return this.ctx.id }
            async many(stub) { for (let i = 0; i < 20; i++) await stub.add(1); return stub.add(0) }
            async keep(stub) { this.kept ??= stub; return this.kept.add(1) }
            """,
            """
            const a = env.THINGS.getByName('a');
            const b = env.THINGS.getByName('b');
            const results = [...await a.give(b, 5), await (await a.other('b')).add(1), await a.other('b').add(1), await a.many(b), await a.keep(b), await a.keep(b)];
            try { await a.own() } catch (error) { results.push(`${error.name}: ${error.message}`) }
            return Response.json(results);
            """);
        Assert.Equal(
            """[false,"[object Fetcher]",5,6,7,27,28,29,"DataCloneError: Could not serialize object of type \"DurableObjectId\". This type does not support serialization."]""",
            await world.GetAsync());
    }

    [Fact]
    public async Task A_long_lived_object_is_given_any_number_of_stubs_of_one_Worker()
    {
        await using var world = await ObjectWorld.StartAsync(
            "take(stub) { this.stub = stub } async call() { return this.stub.add(1) } add(n) { return n }",
            "const a = env.THINGS.getByName('a'); const b = env.THINGS.getByName('b'); for (let i = 0; i < 900; i++) await a.take(b); return new Response(`${await a.call()}`)");
        // Each of these events is within its own limit; the object lives through all.
        for (var i = 0; i < 12; i++) Assert.Equal("1", await world.GetAsync());
    }

    [Fact]
    public async Task A_dynamic_Worker_calls_the_stubs_that_it_is_given_and_gives_none_of_its_own()
    {
        await using TestCluster cluster = new();
        var front = await StartAsync(
            cluster,
            """
            (async () => {
              const worker = env.LOADER.get('x', () => ({ compatibilityDate: '2026-01-01', mainModule: 'm.js', modules: { 'm.js': `
                import { WorkerEntrypoint } from "cloudflare:workers";
                export class Inner extends WorkerEntrypoint {}
                export default class extends WorkerEntrypoint { use(stub) { return stub.who('Dyn') } own() { return this.ctx.exports.Inner({ props: {} }) } }` } })).getEntrypoint();
              const used = await worker.use(env.NAMED);
              try { await worker.own() } catch (error) { return [used, error.name] }
            })()
            """);
        Assert.Equal("""200 ["kim greets Dyn","DataCloneError"]""", (await front.GetAsync()).ToString());
    }

    private static async Task<TestWorker> StartAsync(TestCluster cluster, string expression)
    {
        await cluster.DeployAsync("api", Api);
        await cluster.DeployAsync("middle", Middle, bindings: ("API", "api"));
        return await cluster.DeployAsync(
            "front",
            $$"""
            import { WorkerEntrypoint } from "cloudflare:workers";
            export class Mine extends WorkerEntrypoint { me() { return this.ctx.props } }
            export default { async fetch(request, env, ctx) {
              try { return Response.json(await {{expression}}) } catch (error) { return Response.json(`${error.name}: ${error.message}`) }
            } }
            """,
            with: version => version with
            {
                Bindings = [new ServiceBinding("API", "api"), new ServiceBinding("NAMED", "api", "Named", """{"user":"kim"}"""), new ServiceBinding("MIDDLE", "middle"), new WorkerLoaderBinding("LOADER")],
            });
    }
}
