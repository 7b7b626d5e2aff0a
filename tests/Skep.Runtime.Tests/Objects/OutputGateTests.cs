using Skep.Abstractions.Workers;
using Skep.Runtime.Tests.WebSockets;
using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>Nothing leaves an object before what it wrote is durable
/// (https://developers.cloudflare.com/durable-objects/reference/in-memory-state/, "output gates").</summary>
public sealed class OutputGateTests
{
    [Fact]
    public async Task A_response_waits_for_the_writes_before_it()
    {
        await using var world = await ObjectWorld.StartAsync("async fetch(request) { this.ctx.storage.put('key', 1); return new Response('stored', { headers: { kept: 'yes' }, status: 201 }) }");
        var (response, disk) = await world.HeldAsync("/a");
        Assert.False(response.IsCompleted);
        disk.SetResult();
        var (answer, status) = (await response, (await response).Status);
        Assert.Equal((201, "stored", "yes"), (status, answer.Text, answer.Header("kept")));
    }

    [Fact]
    public async Task A_streamed_response_waits_too()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            fetch() {
              this.ctx.storage.put('key', 1);
              const { readable, writable } = new TransformStream();
              (async () => { const writer = writable.getWriter(); for (let i = 0; i < 3; i++) await writer.write(new TextEncoder().encode(`part ${i} `)); await writer.close(); })();
              return new Response(readable);
            }
            """);
        var (response, disk) = await world.HeldAsync("/a");
        Assert.False(response.IsCompleted);
        disk.SetResult();
        Assert.Equal("part 0 part 1 part 2 ", (await response).Text);
    }

    [Fact]
    public async Task The_result_of_a_call_and_what_it_throws_wait_too()
    {
        await using var world = await ObjectWorld.StartAsync(
            "set(v) { this.ctx.storage.put('key', v); return v } fail() { this.ctx.storage.put('key', 0); throw new Error('failed') }",
            "const thing = env.THINGS.getByName('a'); try { return new Response(await thing[request.url.split('/').pop()](7)) } catch (error) { return new Response(error.message) }");
        foreach (var (method, answer) in new[] { ("set", "7"), ("fail", "failed") })
        {
            var (response, disk) = await world.HeldAsync($"/{method}");
            Assert.False(response.IsCompleted);
            disk.SetResult();
            Assert.Equal(answer, (await response).Text);
        }
    }

    [Fact]
    public async Task A_request_of_the_object_is_not_sent_before()
    {
        FakeChannel outside = new((_, _) => Task.FromResult(new FakeResponse("ok")));
        await using var world = await ObjectWorld.StartAsync("async fetch() { this.ctx.storage.put('key', 1); return fetch('http://origin/') }", channel: outside);
        var (response, disk) = await world.HeldAsync("/a");
        Assert.Empty(outside.Sent);
        disk.SetResult();
        Assert.Equal("ok", (await response).Text);
    }

    [Fact]
    public async Task Email_of_the_object_is_not_sent_before()
    {
        await using var world = await ObjectWorld.StartAsync(
            "async fetch() { this.ctx.storage.put('key', 1); await this.env.EMAIL.send({ from: 'a@b.c', to: 'd@e.f', subject: 's' }); return new Response('sent') }",
            version: version => version with { Bindings = version.Bindings.Add(new SendEmailBinding("EMAIL", null, null, null)) });
        var (response, disk) = await world.HeldAsync("/a");
        Assert.Empty(world.Email.Sent);
        disk.SetResult();
        Assert.Equal("sent", (await response).Text);
        Assert.Single(world.Email.Sent);
    }

    [Fact]
    public async Task What_is_read_and_not_written_waits_for_nothing()
    {
        await using var world = await ObjectWorld.StartAsync("async fetch() { return new Response(`${await this.ctx.storage.get('key')}`) }");
        world.Store.Durability = () => new TaskCompletionSource().Task;
        Assert.Equal("undefined", await world.GetAsync("/a"));
    }

    [Fact]
    public async Task A_reader_does_not_get_ahead_of_the_write_that_it_saw()
    {
        await using var world = await ObjectWorld.StartAsync(
            "async fetch(request) { if (request.url.endsWith('/put')) this.ctx.storage.put('key', 1); return new Response(`${await this.ctx.storage.get('key')}`) }",
            "return env.THINGS.getByName('x').fetch(request)");
        var (writer, disk) = await world.HeldAsync("/put", "x");
        var reader = world.Worker.GetAsync("/get");
        Assert.False(reader.IsCompleted);
        disk.SetResult();
        Assert.Equal(("1", "1"), ((await writer).Text, (await reader).Text));
    }

    [Fact]
    public async Task A_response_waits_for_no_write_that_came_after_it()
    {
        await using var world = await ObjectWorld.StartAsync(
            "async fetch(request) { this.ctx.storage.put('key', request.url); return new Response(request.url.slice(-1)) }",
            "try { return await env.THINGS.getByName('a').fetch(request) } catch (error) { return new Response(error.message) }");
        using Disk disk = new(world);
        await disk.KeepThenLoseAsync("1");
    }

    [Fact]
    public async Task A_write_that_is_durable_before_its_turn_is_over_holds_nothing_back()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            {{HibernationTests.Accept}}
            webSocketMessage(socket) {
              socket.send('before');
              this.ctx.storage.put('key', 1);
              socket.send('after');
            }
            """);
        TaskCompletionSource disk = new();
        using SocketRequest request = new(world.Worker, written: () => disk.TrySetResult());
        await request.Opened;
        world.Store.Durability = () => disk.Task;

        Assert.Equal("before", await request.AskAsync("go"));
        Assert.Equal("after", (await request.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task A_WebSocket_that_waits_for_a_write_that_fails_is_refused_with_the_reason()
    {
        await using var world = await ObjectWorld.StartAsync(
            HibernationTests.Accept.Replace("const [client", "this.ctx.storage.put('key', 1); const [client", StringComparison.Ordinal),
            "try { return await env.THINGS.getByName('one').fetch(request) } catch (error) { return new Response(`${error.message} ${error.durableObjectReset}`) }");
        world.Store.Durability = () => Task.FromException(new IOException("the disk is full"));
        using SocketRequest request = new(world.Worker, raw: true);
        Assert.Equal("the disk is full true", (await request.Request.Response).Text);
    }

    [Fact]
    public async Task Writes_of_one_turn_are_stored_together()
    {
        await using var world = await ObjectWorld.StartAsync(
            "fetch() { for (let i = 0; i < 10; i++) this.ctx.storage.put(`key${i}`, i); return new Response('ok') }");
        var commits = 0;
        world.Store.Durability = () =>
        {
            Interlocked.Increment(ref commits);
            return Task.CompletedTask;
        };
        await world.GetAsync("/a");
        Assert.Equal((1, 10), (commits, world.Store.Stored(world.Address("a")).Count));
    }

    [Fact]
    public async Task A_write_that_fails_resets_the_object_and_its_callers_learn_why()
    {
        await using var world = await ObjectWorld.StartAsync(
            "count = 0; fetch(request) { this.count++; if (request.url.endsWith('/put')) this.ctx.storage.put('key', 1); return new Response(`${this.count}`) }",
            "try { return await env.THINGS.getByName('x').fetch(request) } catch (error) { return new Response(`${error.message} ${error.durableObjectReset}`) }");
        Assert.Equal("1", await world.GetAsync());
        world.Store.Durability = () => Task.FromException(new IOException("the disk is full"));
        Assert.Equal("the disk is full true", await world.GetAsync("/put"));
        world.Store.Durability = null;
        Assert.Equal("1", await world.GetAsync());
    }

    [Fact]
    public async Task What_an_aborted_turn_wrote_is_not_stored()
    {
        await using var world = await ObjectWorld.StartAsync(
            "async fetch(request) { if (request.url.endsWith('/abort')) { this.ctx.storage.put('key', 1); this.ctx.abort() } return new Response(`${await this.ctx.storage.get('key')}`) }",
            "try { return await env.THINGS.getByName('x').fetch(request) } catch (error) { return new Response(error.message) }");
        Assert.Equal("Application called abort() to reset Durable Object.", await world.GetAsync("/abort"));
        Assert.Equal("undefined", await world.GetAsync());
    }
}
