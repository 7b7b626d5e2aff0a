using Skep.Runtime.Objects;
using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>What a Durable Object is: one instance for an id, reached by requests and calls
/// (https://developers.cloudflare.com/durable-objects/).</summary>
public sealed class ObjectTests
{
    [Fact]
    public async Task An_object_that_is_never_idle_goes_over_to_the_version_that_is_its_own_now()
    {
        const string Code = "fetch(request) { return request.url.endsWith('/wait') ? new Promise(() => setInterval(() => {}, 1000)) : new Response('VERSION') }";
        const string ToOne = "try { return await env.THINGS.getByName('one').fetch(request) } catch (error) { return new Response(`${error.message} ${error.retryable}`) }";
        await using var world = await ObjectWorld.StartAsync(
            Code.Replace("VERSION", "old", StringComparison.Ordinal), ToOne, with: options => options with { ObjectCloseGrace = TimeSpan.FromMilliseconds(50) }, version: version => version with { Id = "1" });
        world.Gradual = true;
        var current = "1";
        world.Runtime.VersionOf = _ => current;
        var waiting = world.Worker.GetAsync("/wait");
        Assert.Equal("old", await world.GetAsync());
        await world.DeployAsync(Code.Replace("VERSION", "new", StringComparison.Ordinal), ToOne, with: version => version with { Id = "2" });
        // The old version goes on for other objects, and this one is still its.
        world.Runtime.MoveObjects();
        Assert.Equal("old", await world.GetAsync());
        current = "2";
        world.Runtime.MoveObjects();
        Assert.Equal("new", await world.GetAsync());
        Assert.EndsWith(" true", (await waiting).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_to_one_name_meet_one_instance()
    {
        await using var world = await ObjectWorld.StartAsync("count = 0; async fetch(request) { return new Response(`${this.ctx.id.name} ${++this.count}`) }");
        Assert.Equal("a 1", await world.GetAsync("/a"));
        Assert.Equal("a 2", await world.GetAsync("/a"));
        Assert.Equal("b 1", await world.GetAsync("/b"));
    }

    [Fact]
    public async Task Methods_are_called_as_of_any_entrypoint()
    {
        await using var world = await ObjectWorld.StartAsync(
            "total = 0; add(n) { return this.total += n } get sum() { return this.total }",
            "const stub = env.THINGS.getByName('calls'); await stub.add(2); await stub.add(3); return new Response(`${await stub.sum}`)");
        Assert.Equal("5", await world.GetAsync());
    }

    [Fact]
    public async Task Calls_of_one_stub_arrive_in_the_order_in_which_they_are_made()
    {
        await using var world = await ObjectWorld.StartAsync(
            "seen = []; note(n) { this.seen.push(n) } all() { return this.seen }",
            """
            const stub = env.THINGS.newUniqueId(), thing = env.THINGS.get(stub);
            const calls = []; for (let i = 0; i < 100; i++) calls.push(thing.note(i));
            await Promise.all(calls);
            return Response.json(await thing.all());
            """);
        world.Finding = _ => Task.Delay(1, TestContext.Current.CancellationToken);
        Assert.Equal($"[{string.Join(',', Enumerable.Range(0, 100))}]", await world.GetAsync());
        world.Finding = null;
        Assert.Equal($"[{string.Join(',', Enumerable.Range(0, 100))}]", await world.GetAsync());
    }

    [Fact]
    public async Task What_the_constructor_throws_is_told_to_those_who_wait_and_the_next_event_tries_again()
    {
        await using var world = await ObjectWorld.StartAsync(
            "constructor(ctx, env) { super(ctx, env); if (tries++ === 0) throw new RangeError('not today') } fetch() { return new Response('made') }",
            "try { return await env.THINGS.getByName('x').fetch(request) } catch (error) { return new Response(`${error} ${error.remote}`) }",
            with: options => options with { IsolatesPerWorker = 1 },
            global: "let tries = 0;");
        Assert.Equal("RangeError: not today true", await world.GetAsync());
        Assert.Equal("made", await world.GetAsync());
    }

    [Fact]
    public async Task An_idle_object_is_evicted_and_made_again()
    {
        await using var world = await ObjectWorld.StartAsync("count = 0; fetch() { return new Response(`${++this.count}`) }");
        await world.GetAsync("/e");
        Assert.Equal("2", await world.GetAsync("/e"));
        await world.EvictAsync("e");
        Assert.Equal("1", await world.GetAsync("/e"));
        Assert.Equal(2, world.Store.Opened);
    }

    [Fact]
    public async Task Nothing_is_left_of_an_object_that_was_to_go_even_when_events_were_still_on_their_way_to_it()
    {
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<FakeResponse> origin = new();
        await using var world = await ObjectWorld.StartAsync(
            """
            count = 0;
            async fetch(request) {
              if (request.url.endsWith('/block')) await this.ctx.blockConcurrencyWhile(() => fetch('http://origin/'));
              return new Response(`${++this.count}`);
            }
            """,
            channel: new FakeChannel((_, _) =>
            {
                entered.TrySetResult();
                return origin.Task;
            }));
        var first = world.GetAsync("/a/block");
        await entered.Task;
        var second = world.GetAsync("/a");
        while (world.Find("a") is not { HasDelivered: true }) await Task.Yield();

        var gone = world.Runtime.EvictObjectAsync(world.Address("a"));
        var third = world.GetAsync("/a");
        origin.SetResult(new FakeResponse("ok"));
        await gone.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

        Assert.Null(world.Find("a")?.Instance);
        // The next instance has them in the order in which they came.
        Assert.Equal(("1", "1", "2"), (await first, await second, await third));
        Assert.Equal(2, world.Store.Opened);
    }

    [Fact]
    public async Task Nothing_is_left_of_an_object_that_was_to_go_just_before_its_next_instance_was_made()
    {
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<FakeResponse> origin = new();
        await using var world = await ObjectWorld.StartAsync(
            "async fetch(request) { if (request.url.endsWith('/block')) await this.ctx.blockConcurrencyWhile(() => fetch('http://origin/')); return new Response('ok') }",
            with: options => options,
            channel: new FakeChannel((_, _) =>
            {
                entered.TrySetResult();
                return origin.Task;
            }));
        Task? gone = null;
        world.Runtime.VersionOf = address =>
        {
            // Asked for when an instance has ended and an event waits for the next.
            if (world.Find("a") is { Instance: null }) gone ??= world.Runtime.EvictObjectAsync(address);
            return null;
        };
        var first = world.GetAsync("/a/block");
        await entered.Task;
        var second = world.GetAsync("/a");
        while (world.Find("a") is not { HasDelivered: true }) await Task.Yield();

        world.Find("a")!.Instance!.Close(ObjectErrors.Moved);
        origin.SetResult(new FakeResponse("ok"));

        Assert.Equal(("ok", "ok"), (await first, await second));
        await gone!.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        Assert.Null(world.Find("a")?.Instance);
        Assert.Equal(2, world.Store.Opened);
    }

    [Fact]
    public async Task An_object_that_is_aborted_fails_those_who_wait_and_begins_anew()
    {
        await using var world = await ObjectWorld.StartAsync(
            "count = 0; async fetch(request) { this.count++; if (request.url.endsWith('/abort')) this.ctx.abort('enough'); return new Response(`${this.count}`) }",
            """
            try { return await env.THINGS.getByName('x').fetch(request) }
            catch (error) { return new Response(`${error.message} ${error.remote} ${error.durableObjectReset} ${error.retryable}`) }
            """);
        await world.GetAsync();
        Assert.Equal("enough true true undefined", await world.GetAsync("/abort"));
        Assert.Equal("1", await world.GetAsync());
    }

    [Fact]
    public async Task State_that_one_event_leaves_is_usable_by_the_next()
    {
        // Timers, promises and I/O objects belong to the object, not to the event that made them.
        await using var world = await ObjectWorld.StartAsync(
            """
            async fetch(request) {
              if (request.url.endsWith('/start')) {
                this.later = new Promise((resolve) => setTimeout(() => resolve('rang'), 20));
                this.response = await fetch('http://origin/');
                return new Response('started');
              }
              return new Response(`${await this.later} ${await this.response.text()}`);
            }
            """,
            "return env.THINGS.getByName('x').fetch(request)",
            channel: new FakeChannel((_, _) => Task.FromResult(new FakeResponse("from the origin"))));
        Assert.Equal("started", await world.GetAsync("/start"));
        Assert.Equal("rang from the origin", await world.GetAsync("/read"));
    }

    [Fact]
    public async Task A_new_version_takes_objects_over()
    {
        await using var world = await ObjectWorld.StartAsync("count = 0; fetch() { return new Response(`old ${++this.count}`) }");
        Assert.Equal("old 1", await world.GetAsync("/d"));
        await world.DeployAsync("count = 0; fetch() { return new Response(`new ${++this.count}`) }");
        Assert.Equal("new 1", await world.GetAsync("/d"));
        Assert.Equal(1, world.Store.Open);
    }
}
