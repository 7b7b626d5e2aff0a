using Skep.Abstractions.Workers;
using Skep.Runtime.Objects;
using Skep.Runtime.Tests.WebSockets;
using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>Facets: objects within an object, each with storage of its own (https://developers.cloudflare.com/dynamic-workers/usage/durable-object-facets/).</summary>
public sealed class FacetTests
{
    private const string Counter =
        """
        export class Counter extends DurableObject {
          async increment(first) {
            const stored = (await this.ctx.storage.get('value')) || 0;
            if (first) this.i = stored;
            else if (this.i !== stored) throw new Error(`inconsistent: ${stored} and ${this.i}`);
            this.ctx.storage.put('value', this.i + 1);
            return this.i++;
          }
          id() { return `${typeof this.ctx.id} ${this.ctx.id}` }
          identity() { return [this.ctx.id.name, this.ctx.id.jurisdiction] }
          props() { return JSON.stringify(this.ctx.props) }
          value() { return this.ctx.storage.get('value') }
          fail(message) { this.ctx.abort(message) }
          clear() { return this.ctx.storage.deleteAll() }
          async alarm() {}
          async set() { await this.ctx.storage.setAlarm(Date.now() + 1000) }
          fetch(request) { return new Response(`facet ${request.url}`) }
        }
        export class Nested extends DurableObject {
          facet(name) { return this.ctx.facets.get(name, () => ({ class: this.ctx.exports.Counter })) }
          increment(name, first) { return this.facet(name).increment(first) }
          id() { return `${typeof this.ctx.id} ${this.ctx.id}` }
          deepen(left) {
            return left === 0 ? 'deep enough' : this.ctx.facets.get('child', () => ({ class: this.ctx.exports.Nested })).deepen(left - 1);
          }
          clear() { return this.ctx.storage.deleteAll() }
        }
        """;

    // Members of the object that has them: facet(name) is a Counter.
    private const string Parent =
        """
        facet(name, options) { return this.ctx.facets.get(name, () => ({ class: this.ctx.exports.Counter, ...options })) }
        nested(name) { return this.ctx.facets.get(name, () => ({ class: this.ctx.exports.Nested })) }
        running(name) { return this.ctx.facets.get(name, () => { throw new Error('it runs already') }) }
        """;

    [Fact]
    public async Task A_facet_has_memory_and_storage_of_its_own_and_facets_too()
    {
        Assert.Equal(
            "0 1 2 0 0 1 3 4",
            await RunAsync(
                """
                const foo = this.facet('foo', { id: 'abc' }), bar = this.nested('bar');
                return [
                  await foo.increment(true), await foo.increment(), await foo.increment(),
                  await bar.increment('foo', true), await bar.increment('bar', true), await bar.increment('foo'),
                  await this.running('foo').increment(), await foo.increment()].join(' ');
                """));
    }

    [Theory]
    [InlineData("await this.facet('a', { id: 'abc' }).id()", "string abc")]
    [InlineData("(await this.facet('a').id()) === `object ${this.ctx.id}`", "true")]
    [InlineData("(await this.facet('a').identity()).join()", "one,")]
    [InlineData("(await this.facet('a', { id: this.env.THINGS.jurisdiction('eu').idFromName('x') }).identity()).join()", "x,eu")]
    [InlineData("(await this.nested('a').id()) === `object ${this.ctx.id}`", "true")]
    [InlineData("await this.facet('a').props()", "{}")]
    [InlineData("await this.ctx.facets.get('a', () => ({ class: this.ctx.exports.Counter({ props: { a: 1 } }) })).props()", "{\"a\":1}")]
    [InlineData("JSON.stringify(this.ctx.props)", "{}")]
    [InlineData("await this.ctx.facets.get('a', () => ({ class: this.ctx.exports.Thing({ props: { b: 2 } }) })).props()", "{\"b\":2}")]
    [InlineData("await this.ctx.facets.get('a', async () => { await scheduler.wait(1); return { class: this.ctx.exports.Counter } }).increment(true)", "0")]
    [InlineData("await (await this.facet('a').fetch('http://x/y')).text()", "facet http://x/y")]
    [InlineData("Object.prototype.toString.call(this.ctx.facets) + Object.prototype.toString.call(this.facet('a'))", "[object DurableObjectFacets][object Fetcher]")]
    [InlineData("Object.prototype.toString.call(this.ctx.exports.Counter) + Object.prototype.toString.call(this.ctx.exports.Thing)", "[object LoopbackDurableObjectClass][object LoopbackDurableObjectNamespace]")]
    [InlineData("typeof this.ctx.exports.Thing + this.ctx.exports.Thing.getByName('a').name", "functiona")]
    [InlineData("typeof this.facet('a').name", "function")]
    [InlineData("this.facet('x'.repeat(256)) && 'ok'", "ok")]
    [InlineData("this.facet('x'.repeat(257))", "TypeError: Facet name is too long (max 256 characters).")]
    [InlineData("this.ctx.facets.abort('x'.repeat(257), 1)", "TypeError: Facet name is too long (max 256 characters).")]
    [InlineData("this.ctx.facets.delete('x'.repeat(257))", "TypeError: Facet name is too long (max 256 characters).")]
    [InlineData("this.ctx.facets.clone('a', 'x'.repeat(257))", "TypeError: Facet name is too long (max 256 characters).")]
    [InlineData("this.ctx.facets.clone('a', 'b')", "Error: ctx.facets.clone() is not supported by Skep. Let the facet give what it has stored to another, by a method of its class.")]
    [InlineData("this.ctx.facets.get('a')", "TypeError: Failed to execute 'get' on 'DurableObjectFacets': 2 arguments required, but only 1 present.")]
    [InlineData("await this.nested('a').deepen(2)", "deep enough")]
    [InlineData("await this.nested('a').deepen(3)", "Error: Facet nesting depth limit exceeded. The maximum depth including the root Durable Object is 4.")]
    [InlineData("await this.facet('a').set()", "Error: Facets currently cannot set alarms.")]
    [InlineData("await this.facet('a').missing()", "TypeError: The RPC receiver does not implement the method \"missing\".")]
    [InlineData("await this.ctx.facets.get('a', () => ({ class: class {} })).x()", "TypeError: Incorrect type for the 'class' field on 'StartupOptions': the provided value is not of type 'DurableObjectClass'.")]
    [InlineData("await this.ctx.facets.get('a', () => { throw new RangeError('no start') }).x()", "RangeError: no start")]
    [InlineData("await this.ctx.facets.get('a', () => 0).x().catch(() => this.facet('a').increment(true))", "0")]
    [InlineData("await this.facet('a').increment(this.facet('b'))", "DataCloneError: Stubs pointing to Durable Object facets are not serializable.")]
    [InlineData("await this.facet('a').increment(this.ctx.exports.Counter)", "DataCloneError: Could not serialize object of type \"LoopbackDurableObjectClass\". This type does not support serialization.")]
    [InlineData("this.ctx.facets.delete('never there') ?? 'nothing'", "nothing")]
    [InlineData("this.ctx.facets.abort('never there', new Error('x')) ?? 'nothing'", "nothing")]
    public async Task Of(string code, string expected) => Assert.Equal(expected, await RunAsync($"return `${{ {code} }}`"));

    [Fact]
    public async Task Stubs_of_an_aborted_facet_fail_for_good_and_another_takes_its_name_and_storage()
    {
        Assert.Equal(
            "1 gone gone 1 1",
            await RunAsync(
                """
                const foo = this.facet('foo');
                await foo.increment(true);
                const first = await foo.increment();
                const pending = this.facet('foo').fetch('http://x/').catch(error => error.message);
                this.ctx.facets.abort('foo', new Error('gone'));
                const again = this.ctx.facets.get('foo', () => ({ class: this.ctx.exports.Thing }));
                return [first, await pending, await foo.increment().catch(error => error.message), await again.stored() - 1, first].join(' ');
                """,
                "stored() { return this.ctx.storage.get('value') }"));
    }

    [Fact]
    public async Task A_facet_that_is_aborted_before_it_is_made_is_not()
    {
        Assert.Equal(
            "caught: aborted during startup, 0",
            await RunAsync(
                """
                let start;
                const started = new Promise(resolve => start = resolve);
                const facet = this.ctx.facets.get('child', async () => { await started; return { class: this.ctx.exports.Counter } });
                const call = facet.increment(true).catch(error => 'caught: ' + error.message);
                this.ctx.facets.abort('child', new Error('aborted during startup'));
                start();
                return `${await call}, ${await this.facet('child').increment(true)}`;
                """));
    }

    [Fact]
    public async Task A_deleted_facet_has_stored_nothing_nor_have_its_own()
    {
        Assert.Equal(
            "0 1 0 Facet was deleted. 0 0",
            await RunAsync(
                """
                const foo = this.facet('foo'), bar = this.nested('bar');
                const before = [await foo.increment(true), await foo.increment(), await bar.increment('foo', true)];
                this.ctx.facets.delete('foo');
                this.ctx.facets.delete('bar');
                const told = await foo.increment().catch(error => error.message);
                return [...before, told, await this.facet('foo').increment(true), await this.nested('bar').increment('foo', true)].join(' ');
                """));
    }

    [Fact]
    public async Task DeleteAll_deletes_the_facets_too()
    {
        Assert.Equal(
            "Facet was deleted. undefined",
            await RunAsync(
                """
                const foo = this.facet('foo');
                await foo.increment(true);
                await this.ctx.storage.deleteAll();
                return [await foo.increment().catch(error => error.message), await this.facet('foo').value()].join(' ');
                """.Replace(".join(' ')", ".map(String).join(' ')", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_facet_that_resets_itself_begins_anew_and_leaves_its_parent_alone()
    {
        Assert.Equal(
            "enough enough 1 here",
            await RunAsync(
                """
                this.memory = 'here';
                const foo = this.facet('foo');
                await foo.increment(true);
                const told = await foo.fail('enough').catch(error => error.message);
                return [told, await foo.increment().catch(error => error.message), await this.facet('foo').increment(true), this.memory].join(' ');
                """));
    }

    [Fact]
    public async Task Calls_of_facets_arrive_in_the_order_in_which_they_are_made()
    {
        Assert.Equal(
            string.Join(',', Enumerable.Range(0, 100)),
            await RunAsync(
                """
                const foo = this.facet('foo');
                foo.increment(true);
                await foo.clear();
                await foo.increment(true);
                const calls = [];
                for (let i = 0; i < 100; i++) calls.push(foo.increment());
                return (await Promise.all(calls)).map(value => value - 1).join();
                """));
    }

    [Fact]
    public async Task Facets_end_with_their_parent_and_keep_what_they_stored()
    {
        await using var world = await StartAsync(
            """
            if (request.url.endsWith('/abort')) {
              const foo = this.facet('foo');
              await foo.increment(true);
              this.ctx.abort('reset');
            }
            return new Response(await this.facet('foo').increment(true));
            """);
        Assert.Equal("reset", await world.GetAsync("/abort"));
        Assert.Equal("1", await world.GetAsync());
        await world.EvictAsync("one");
        Assert.Equal(0, world.Store.Open);
        Assert.Equal("2", await world.GetAsync());
        Assert.Equal(2, world.Store.Open);
    }

    [Fact]
    public async Task A_parent_is_not_evicted_while_its_facet_is_at_work()
    {
        TaskCompletionSource<FakeResponse> origin = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await StartAsync(
            """
            if (request.url.endsWith('/begin')) {
              const facet = this.ctx.facets.get('slow', () => ({ class: this.ctx.exports.Slow }));
              this.done = facet.work();
              this.done.catch(() => {});
              return new Response('begun');
            }
            return new Response(await this.done);
            """,
            "export class Slow extends DurableObject { async work() { return await (await fetch('http://origin/')).text() } }",
            channel: new FakeChannel((_, _) => origin.Task));
        Assert.Equal("begun", await world.GetAsync("/begin"));
        var instance = world.Find("one")!.Instance!;
        Assert.False(instance.IsIdle);
        instance.Evict();
        origin.SetResult(new FakeResponse("done"));
        Assert.Equal("done", await world.GetAsync("/wait"));
        Assert.Same(instance, world.Find("one")!.Instance);
    }

    [Fact]
    public async Task WebSockets_hibernate_in_a_facet_and_keep_its_parent()
    {
        await using var world = await StartAsync(
            "return await this.ctx.facets.get('room', () => ({ class: this.ctx.exports.Room })).fetch(request)",
            """
            export class Room extends DurableObject {
              count = 0;
              fetch() {
                const { 0: client, 1: server } = new WebSocketPair();
                this.ctx.acceptWebSocket(server, ['tag']);
                return new Response(null, { status: 101, webSocket: client });
              }
              webSocketMessage(socket, message) { socket.send(`${message} ${++this.count} ${this.ctx.getTags(socket)}`) }
            }
            """);
        using SocketRequest request = new(world.Worker);
        Assert.Equal("a 1 tag", await Soon(request.AskAsync("a")));
        Assert.Equal("b 2 tag", await Soon(request.AskAsync("b")));
        var parent = world.Find("one")!.Instance!;
        var room = parent.Facets!.Use("room", out _);
        while (room.Instance is { } instance)
        {
            instance.Evict();
            await instance.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }

        parent.Evict();
        Assert.Equal("c 1 tag", await Soon(request.AskAsync("c")));
        Assert.Same(parent, world.Find("one")!.Instance);
        var closing = parent.CloseAsync(ObjectErrors.Moved);
        var end = await Soon(request.ReceiveAsync());
        Assert.Equal(1012, end.Status);
        await request.Client.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);
        await closing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_a_facet_answers_waits_until_its_writes_are_durable()
    {
        await using var world = await StartAsync("return new Response(await this.facet('foo').increment(true))");
        using Disk disk = new(world);
        var answer = world.GetAsync();
        await disk.CommittedAsync(1);
        Assert.False(answer.IsCompleted);
        disk.Keep(1);
        Assert.Equal("0", await answer);
    }

    [Fact]
    public async Task Dynamic_workers_give_classes()
    {
        Assert.Equal(
            """1 5 {"foo":123} Hi, Bob no internet""",
            await RunAsync(
                """
                const worker = this.env.LOADER.get('app', () => ({
                  compatibilityDate: '2026-01-01', mainModule: 'app.js', globalOutbound: null,
                  env: { GREETING: 'Hi' },
                  modules: { 'app.js': `
                    import { DurableObject } from 'cloudflare:workers';
                    export class App extends DurableObject {
                      i = 0;
                      increment(by = 1) { return this.i += by }
                      props() { return JSON.stringify(this.ctx.props) }
                      async greet(name) { return this.ctx.facets.get('greeter', () => ({ class: this.ctx.exports.Greeter })).greet(name) }
                      async reach() { return await fetch('http://origin/').then(() => 'reached', error => 'no internet') }
                    }
                    export class Greeter extends DurableObject { greet(name) { return this.env.GREETING + ', ' + name } }` },
                }));
                const app = this.ctx.facets.get('app', () => ({ class: worker.getDurableObjectClass('App', { props: { foo: 123 } }) }));
                return [await app.increment(), await app.increment(4), await app.props(), await app.greet('Bob'), await app.reach()].join(' ');
                """));
    }

    [Theory]
    [InlineData("'broken', () => { throw new Error('no code') }", "'App'", "Error: no code")]
    [InlineData("'syntax', () => ({ compatibilityDate: '2026-01-01', mainModule: 'a.js', modules: { 'a.js': 'export class {' } })", "'App'", "SyntaxError")]
    [InlineData("'without', () => ({ compatibilityDate: '2026-01-01', mainModule: 'a.js', modules: { 'a.js': 'export default {}' } })", "'App'", "TypeError: The main module exports no class \"App\".")]
    public async Task What_keeps_a_dynamic_worker_from_starting_is_told(string load, string name, string expected) =>
        Assert.StartsWith(expected, await RunAsync($"return `${{ await this.ctx.facets.get('a', () => ({{ class: this.env.LOADER.get({load}).getDurableObjectClass({name}) }})).x() }}`"), StringComparison.Ordinal);

    [Fact]
    public async Task The_data_of_a_facet_goes_on_with_other_code()
    {
        const string Handler = "this.ctx.facets.get('app', () => ({ class: this.env.LOADER.get(id, () => ({ compatibilityDate: '2026-01-01', mainModule: 'a.js', modules: { 'a.js': code } })).getDurableObjectClass('App') }))";
        Assert.Equal(
            "first: kept",
            await RunAsync(
                $$"""
                const app = (id, code) => {{Handler}};
                await app('v1', `import { DurableObject } from 'cloudflare:workers'; export class App extends DurableObject { put(value) { return this.ctx.storage.put('key', value) } }`).put('kept');
                this.ctx.facets.abort('app', new Error('new code'));
                return app('v2', `import { DurableObject } from 'cloudflare:workers'; export class App extends DurableObject { async get() { return 'first: ' + await this.ctx.storage.get('key') } }`).get();
                """));
    }

    [Fact]
    public async Task A_version_with_facets_of_dynamic_workers_leaves_service_in_order()
    {
        await using var world = await StartAsync(
            """
            const worker = this.env.LOADER.get('a', () => ({ compatibilityDate: '2026-01-01', mainModule: 'a.js', modules: { 'a.js': `
              import { DurableObject } from 'cloudflare:workers';
              export class App extends DurableObject { async next() { const n = (await this.ctx.storage.get('n') ?? 0) + 1; await this.ctx.storage.put('n', n); return n } }` } }));
            return new Response(await this.ctx.facets.get('app', () => ({ class: worker.getDurableObjectClass('App') })).next());
            """);
        Assert.Equal("1", await world.GetAsync());
        var before = world.Worker;
        await world.DeployAsync($"{Parent} async fetch(request) {{ return new Response(await this.facet('app').now()) }}", global: "export class Counter extends DurableObject { now() { return this.ctx.storage.get('n') } }");
        await before.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal("1", await world.GetAsync());
    }

    private static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    private static async Task<string> RunAsync(string code, string members = "")
    {
        await using var world = await StartAsync($"const run = async () => {{ {code} }}; return new Response(await run())", members: members);
        return await world.GetAsync();
    }

    private static Task<ObjectWorld> StartAsync(string fetch, string global = "", string members = "", FakeChannel? channel = null) => ObjectWorld.StartAsync(
        $"{Parent} {members} props() {{ return JSON.stringify(this.ctx.props) }} async fetch(request) {{ try {{ {fetch} }} catch (error) {{ return new Response(`${{error}}`) }} }}",
        "try { return await env.THINGS.getByName('one').fetch(request) } catch (error) { return new Response(error.message) }",
        channel: channel,
        global: Counter + global,
        version: version => version with { Bindings = [.. version.Bindings, new WorkerLoaderBinding("LOADER")] });

    [Theory]
    [InlineData("Symbol('s')", "Error: Symbol(s)")]
    [InlineData("undefined", "Error: undefined")]
    [InlineData("'text'", "Error: text")]
    public async Task Whatever_the_callback_throws_is_told(string thrown, string expected) =>
        Assert.Equal(expected, await RunAsync($"return `${{ await this.ctx.facets.get('a', () => {{ throw {thrown} }}).x() }}`"));

    [Fact]
    public async Task A_parent_that_leaves_ends_as_soon_as_its_facets_are_done()
    {
        await using var world = await ObjectWorld.StartAsync(
            "async fetch() { return new Response(await this.ctx.facets.get('slow', () => ({ class: this.ctx.exports.Slow })).write()) }",
            global: "export class Slow extends DurableObject { write() { setTimeout(() => this.ctx.storage.put('key', 1)); return 'asked' } }",
            with: options => options with { ObjectCloseGrace = TimeSpan.FromHours(1) });
        using Disk disk = new(world);
        Assert.Equal("asked", await world.GetAsync());
        await disk.CommittedAsync(1);
        var closing = world.Find("one")!.Instance!.CloseAsync(ObjectErrors.Moved);
        // What comes waits for another instance once this one has seen that it is to end, and that its facet still writes.
        var next = world.GetAsync();
        while (!world.Find("one")!.HasWaiting) await Task.Yield();
        Assert.False(closing.IsCompleted);
        disk.Keep(1);
        await closing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal("asked", await Soon(next));
    }
}
