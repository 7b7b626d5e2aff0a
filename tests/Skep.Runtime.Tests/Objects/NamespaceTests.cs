namespace Skep.Runtime.Tests.Objects;

/// <summary>Namespaces, ids and stubs (https://developers.cloudflare.com/durable-objects/api/namespace/).</summary>
public sealed class NamespaceTests
{
    [Theory]
    [InlineData("N.idFromName('a').toString() === N.idFromName('a').toString()", "true")]
    [InlineData("N.idFromName('a').equals(N.idFromName('a')) && !N.idFromName('a').equals(N.idFromName('b'))", "true")]
    [InlineData("/^[0-9a-f]{64}$/.test(N.newUniqueId())", "true")]
    [InlineData("N.newUniqueId().equals(N.newUniqueId())", "false")]
    [InlineData("N.idFromName('a').name + N.newUniqueId().name", "aundefined")]
    [InlineData("N.idFromString(N.idFromName('a').toString()).equals(N.idFromName('a'))", "true")]
    [InlineData("N.idFromString('abc')", "TypeError: Invalid Durable Object ID: must be 64 hex digits")]
    [InlineData("N.idFromString('0'.repeat(64))", "TypeError: Durable Object ID is not valid for this namespace.")]
    [InlineData("N.idFromString(OTHER.idFromName('a').toString())", "TypeError: Durable Object ID is not valid for this namespace.")]
    [InlineData("N.get(OTHER.idFromName('a'))", "TypeError: Durable Object ID is not valid for this namespace.")]
    [InlineData("N.get('a')", "TypeError: Failed to execute 'get' on 'DurableObjectNamespace': parameter 1 is not of type 'DurableObjectId'.")]
    [InlineData("N.get(N.idFromName('a'), { locationHint: 'weur' }).id.name", "a")]
    [InlineData("N.getByName('a', { locationHint: 'apac-ne' }).id.name", "a")]
    [InlineData("N.getByName('a', { locationHint: 'moon' })", "TypeError: Invalid location hint: moon. There are wnam, enam, sam, weur, eeur, apac, apac-ne, apac-se, oc, afr, me.")]
    [InlineData("N.getByName('b').name", "b")]
    [InlineData("N.newUniqueId({ jurisdiction: 'eu' }).jurisdiction", "eu")]
    [InlineData("N.newUniqueId({ jurisdiction: 'mars' })", "TypeError: Invalid jurisdiction: mars")]
    [InlineData("N.jurisdiction('eu').idFromName('a').equals(N.idFromName('a'))", "false")]
    [InlineData("N.idFromString(N.jurisdiction('eu').idFromName('a').toString()).jurisdiction", "eu")]
    [InlineData("N.idFromName('a').jurisdiction", "undefined")]
    [InlineData("N.jurisdiction('us').idFromName('a').equals(N.jurisdiction('eu').idFromName('a'))", "false")]
    [InlineData("N.jurisdiction('eu').newUniqueId().jurisdiction", "eu")]
    [InlineData("N.jurisdiction('eu').newUniqueId({ jurisdiction: 'eu' }).jurisdiction", "eu")]
    [InlineData("N.jurisdiction('eu').newUniqueId({ jurisdiction: 'us' })", "TypeError: newUniqueId called on jurisdictional subnamespace with a different jurisdiction")]
    [InlineData("N.jurisdiction('mars')", "TypeError: Invalid jurisdiction: mars")]
    [InlineData("N.jurisdiction(null).idFromName('a').equals(N.idFromName('a'))", "true")]
    [InlineData("N.jurisdiction('eu').jurisdiction('us').newUniqueId().jurisdiction", "us")]
    [InlineData("N.jurisdiction('eu').jurisdiction(undefined).newUniqueId().jurisdiction", "undefined")]
    [InlineData("N.jurisdiction('eu').idFromString(N.jurisdiction('us').newUniqueId().toString())", "TypeError: get called on jurisdictional subnamespace with an ID from a different jurisdiction")]
    [InlineData("N.get(N.jurisdiction('eu').idFromName('a')).id.jurisdiction", "eu")]
    [InlineData("await N.jurisdiction('fedramp').getByName('a').where()", "fedramp")]
    [InlineData("await N.get(N.newUniqueId({ jurisdiction: 'fedramp-high' })).where()", "fedramp-high")]
    [InlineData("await N.getByName('a').where()", "undefined")]
    [InlineData("N.jurisdiction('eu').get(N.idFromName('a'))", "TypeError: get called on jurisdictional subnamespace with an ID from a different jurisdiction")]
    [InlineData("Object.prototype.toString.call(N) + Object.prototype.toString.call(N.getByName('a'))", "[object DurableObjectNamespace][object DurableObject]")]
    [InlineData("new N.constructor()", "TypeError: Illegal constructor")]
    [InlineData("await N.getByName('a').missing()", "TypeError: The RPC receiver does not implement the method \"missing\".")]
    [InlineData("await N.getByName('a').alarm()", "TypeError: 'alarm' is a reserved method and cannot be called over RPC.")]
    [InlineData("await N.getByName('a').who()", "a")]
    [InlineData("await exports.Thing.getByName('a').who()", "a")]
    [InlineData("await N.get(N.newUniqueId()).who()", "undefined")]
    [InlineData("await N.getByName('a').self()", "true")]
    [InlineData("await N.getByName('a').fetch('http://x/')", "TypeError: Handler does not export a fetch() function.")]
    [InlineData("(await (await N.getByName('a').counter()).increment())", "1")]
    public async Task Of(string code, string expected)
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            who() { return `${this.ctx.id.name}` }
            where() { return `${this.ctx.id.jurisdiction}` }
            self() { return this.env.THINGS.idFromString(this.ctx.id.toString()).equals(this.ctx.id) }
            counter() { return new Counter() }
            """,
            $$"""const N = env.THINGS, OTHER = env.OTHERS; try { return new Response(`${ {{code}} }`) } catch (error) { return new Response(`${error}`) }""",
            global: "class Counter extends RpcTarget { #n = 0; increment() { return ++this.#n } }",
            version: version => version with { Bindings = [.. version.Bindings, new Abstractions.Workers.ObjectNamespaceBinding("OTHERS", "another")] });
        Assert.Equal(expected, await world.GetAsync());
    }

    [Fact]
    public async Task A_class_that_extends_nothing_takes_requests_and_no_calls()
    {
        await using var world = await ObjectWorld.StartAsync(
            "",
            "try { return new Response(await (await env.THINGS.getByName('x').fetch(request)).text() + await env.THINGS.getByName('x').call()) } catch (error) { return new Response(error.message) }",
            version: version => version with
            {
                Modules =
                [
                    TestWorker.Module("main.js", """
                        export class Thing { constructor(state, env) { this.state = state } fetch() { return new Response(typeof this.state.storage.get) } call() {} }
                        export default { async fetch(request, env) {
                          const text = await (await env.THINGS.getByName('x').fetch(request)).text();
                          return env.THINGS.getByName('x').call().catch((error) => new Response(text + ' ' + error.message));
                        } }
                        """),
                ],
            });
        Assert.StartsWith("function The receiving Durable Object does not support RPC, because its class was not declared with `extends DurableObject`.", await world.GetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_that_has_objects_must_be_exported()
    {
        var failure = await Assert.ThrowsAsync<Abstractions.Errors.WorkerStartupException>(() => ObjectWorld.StartAsync(
            "", version: version => version with { Modules = [TestWorker.Module("main.js", "export default { fetch() {} }")] }));
        Assert.Contains("The class \"Thing\" has Durable Objects", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_takes_too_much_time_resets_the_object()
    {
        await using var world = await ObjectWorld.StartAsync(
            "count = 0; fetch(request) { this.count++; if (request.url.endsWith('/loop')) for (;;); return new Response(`${this.count}`) }",
            "try { return await env.THINGS.getByName('x').fetch(request) } catch (error) { return new Response(`${error.message} ${error.durableObjectReset}`) }",
            version: version => version with { Limits = version.Limits with { CpuTime = TimeSpan.FromMilliseconds(50) } });
        Assert.Equal("1", await world.GetAsync());
        Assert.Equal("Worker exceeded CPU time limit. undefined", await world.GetAsync("/loop"));
        Assert.Equal("1", await world.GetAsync());
    }
}
