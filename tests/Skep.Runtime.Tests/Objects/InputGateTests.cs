using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>What comes to an object, and when: <c>blockConcurrencyWhile</c>
/// (https://developers.cloudflare.com/durable-objects/api/state/#blockconcurrencywhile).</summary>
public sealed class InputGateTests
{
    [Fact]
    public async Task Nothing_comes_to_an_object_before_its_constructor_has_what_it_waits_for()
    {
        TaskCompletionSource<FakeResponse> origin = new();
        await using var world = await ObjectWorld.StartAsync(
            """
            constructor(ctx, env) {
              super(ctx, env);
              ctx.blockConcurrencyWhile(async () => { this.loaded = await (await fetch('http://origin/')).text() });
            }
            fetch() { return new Response(this.loaded) }
            """,
            channel: new FakeChannel((_, _) => origin.Task));
        var first = world.GetAsync("/a");
        var second = world.GetAsync("/a");
        Assert.False(first.IsCompleted || second.IsCompleted);
        origin.SetResult(new FakeResponse("loaded"));
        Assert.Equal(("loaded", "loaded"), (await first, await second));
    }

    [Fact]
    public async Task Events_and_what_completes_for_others_wait_for_a_section()
    {
        TaskCompletionSource<FakeResponse> slow = new();
        TaskCompletionSource<FakeResponse> inside = new();
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await ObjectWorld.StartAsync(
            """
            log = [];
            async fetch(request) {
              const path = new URL(request.url).pathname;
              if (path === '/slow') { await fetch('http://slow/'); this.log.push('slow'); }
              if (path === '/block') {
                const result = await this.ctx.blockConcurrencyWhile(async () => { this.log.push('begin'); await fetch('http://inside/'); this.log.push('end'); return 'result' });
                this.log.push(result);
              }
              if (path === '/other') this.log.push('other');
              return Response.json(this.log);
            }
            """,
            "return env.THINGS.getByName('x').fetch(request)",
            channel: new FakeChannel((sent, _) =>
            {
                if (sent.Url.Contains("inside", StringComparison.Ordinal)) entered.TrySetResult();
                return sent.Url.Contains("slow", StringComparison.Ordinal) ? slow.Task : inside.Task;
            }));
        var waiting = world.GetAsync("/slow");
        var blocking = world.GetAsync("/block");
        await entered.Task;
        slow.SetResult(new FakeResponse("ok"));
        var other = world.GetAsync("/other");
        inside.SetResult(new FakeResponse("ok"));
        Assert.StartsWith("""["begin","end","result""", await blocking, StringComparison.Ordinal);
        await Task.WhenAll(waiting, other);
        Assert.Equal("""["begin","end","result","slow","other","other"]""", await world.GetAsync("/other"));
    }

    [Fact]
    public async Task A_section_within_a_section_runs_alone_in_it()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            async fetch() {
              const log = [];
              await this.ctx.blockConcurrencyWhile(async () => {
                const inner = this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(1); log.push('inner'); });
                await scheduler.wait(0);
                log.push('outer');
                await inner;
              });
              return Response.json(log);
            }
            """);
        Assert.Equal("""["inner","outer"]""", await world.GetAsync("/a"));
    }

    [Fact]
    public async Task Sections_that_are_begun_together_run_one_after_the_other()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            async fetch() {
              const log = [];
              const section = (name) => this.ctx.blockConcurrencyWhile(async () => { log.push(`${name}+`); await scheduler.wait(1); log.push(`${name}-`); });
              await Promise.all([section('a'), section('b')]);
              return Response.json(log);
            }
            """);
        Assert.Equal("""["a+","a-","b+","b-"]""", await world.GetAsync("/a"));
    }

    [Fact]
    public async Task A_section_that_throws_resets_the_object()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            count = 0;
            async fetch(request) {
              this.count++;
              if (request.url.endsWith('/fail')) { try { await this.ctx.blockConcurrencyWhile(async () => { throw new TypeError('not now') }) } catch { return new Response('caught') } }
              return new Response(`${this.count}`);
            }
            """,
            "try { return await env.THINGS.getByName('x').fetch(request) } catch (error) { return new Response(`${error} ${error.durableObjectReset}`) }");
        await world.GetAsync();
        Assert.Equal("TypeError: not now true", await world.GetAsync("/fail"));
        Assert.Equal("1", await world.GetAsync());
    }

    [Fact]
    public async Task A_section_may_take_thirty_seconds()
    {
        ManualTime time = new();
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await ObjectWorld.StartAsync(
            "async fetch(request) { await this.ctx.blockConcurrencyWhile(() => fetch('http://never/')); return new Response('done') }",
            "try { return await env.THINGS.getByName('x').fetch(request) } catch (error) { return new Response(`${error.message} ${error.overloaded} ${error.durableObjectReset}`) }",
            time,
            channel: new FakeChannel((_, cancellation) =>
            {
                entered.TrySetResult();
                return Task.Delay(Timeout.Infinite, cancellation).ContinueWith<FakeResponse>(_ => throw new OperationCanceledException(), TaskScheduler.Default);
            }));
        var response = world.GetAsync();
        await entered.Task;
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was canceled and the Durable Object was reset. true true", await response);
    }

    [Fact]
    public async Task More_events_than_an_object_can_hold_are_refused()
    {
        TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeChannel outside = new(async (request, _) =>
        {
            if (request.Url.EndsWith("/refused", StringComparison.Ordinal)) refused.TrySetResult();
            await refused.Task;
            return new FakeResponse("");
        });
        await using var world = await ObjectWorld.StartAsync(
            "constructor(ctx, env) { super(ctx, env); ctx.blockConcurrencyWhile(() => fetch('http://origin/held')) } get() { return 1 }",
            """
            const calls = [], thing = env.THINGS.getByName('x');
            let told;
            const refused = (error) => { if (!told) ctx.waitUntil(told = fetch('http://origin/refused')); return `${error.message} ${error.overloaded}` };
            for (let i = 0; i < 9990; i++) calls.push(thing.get().then(() => 'ok', refused));
            return Response.json([...new Set(await Promise.all(calls))]);
            """,
            channel: outside);
        var responses = await Task.WhenAll(world.GetAsync("/1"), world.GetAsync("/2"));
        Assert.Contains(responses, text => text.Contains("Durable Object is overloaded. Too many requests queued. true", StringComparison.Ordinal));
        Assert.All(responses, text => Assert.Contains("ok", text, StringComparison.Ordinal));
    }
}
