using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Runtime.Tests.WebSockets;
using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>What an object says over something that is open already waits for the writes before it, and for no later ones.</summary>
public sealed class OutgoingStreamTests
{
    private const string ToOne = "try { return await env.THINGS.getByName('a').fetch(request) } catch (error) { return new Response(error.message) }";

    private const string Open = "/open";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_that_is_under_way_goes_on_with_what_is_durable()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            opened = Promise.withResolvers();
            async fetch(request) {
              const say = (text) => { this.writer.write(new TextEncoder().encode(text)) };
              const path = new URL(request.url).pathname;
              if (path === '/open') {
                const { readable, writable } = new IdentityTransformStream();
                this.writer = writable.getWriter();
                say('begun ');
                this.opened.resolve();
                return new Response(readable);
              }
              await this.opened.promise;
              if (path !== '/ready') { this.ctx.storage.put('key', path); say(path) }
              return new Response('ok');
            }
            """,
            ToOne);
        var stream = world.Worker.GetAsync(Open);
        await world.GetAsync("/ready");
        using Disk disk = new(world);
        await disk.KeepThenLoseAsync("ok");
        var streamed = await stream;
        Assert.Equal(("begun /1", true), (streamed.Text, streamed.Error is not null));
    }

    [Fact]
    public async Task A_response_that_is_written_over_many_turns_ends()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            fetch() {
              const { readable, writable } = new IdentityTransformStream();
              const writer = writable.getWriter();
              const next = (i) => setTimeout(() => {
                if (i === 3) { writer.close(); return }
                this.ctx.storage.put('key', i);
                writer.write(new TextEncoder().encode(`part ${i} `));
                next(i + 1);
              }, 1);
              next(0);
              return new Response(readable);
            }
            """,
            ToOne);
        Assert.Equal("part 0 part 1 part 2 ", await world.GetAsync());
    }

    [Fact]
    public async Task What_is_too_much_to_keep_makes_its_writer_wait()
    {
        await using var world = await ObjectWorld.StartAsync(
            """
            async fetch() {
              const { readable, writable } = new IdentityTransformStream();
              const writer = writable.getWriter();
              (async () => {
                await writer.write(new Uint8Array(1));
                this.ctx.storage.put('key', 1);
                for (let i = 0; i < 10; i++) { await writer.write(new Uint8Array(30000)); this.written = i + 1 }
                await writer.close();
              })();
              return new Response(readable);
            }
            count() { return this.written }
            """,
            "const thing = env.THINGS.getByName('a'); return request.url.endsWith('/count') ? new Response(await thing.count()) : thing.fetch(request)");
        using Disk disk = new(world);
        var stream = world.Worker.GetAsync("/");
        await disk.CommittedAsync(1);
        var counted = world.Worker.GetAsync("/count");
        disk.Keep(1);
        // Asked before: two pieces are more than is kept.
        Assert.InRange(int.Parse((await counted).Text, CultureInfo.InvariantCulture), 1, 9);
        Assert.Equal(300_001, (await stream).Text.Length);
    }

    [Theory]
    [InlineData("this.ctx.acceptWebSocket(server)")]
    [InlineData("server.accept(); server.addEventListener('message', (event) => this.webSocketMessage(server, event.data))")]
    public async Task A_message_of_a_WebSocket_waits_for_the_writes_before_it_and_for_no_later_ones(string accept)
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            fetch(request) {
              const [client, server] = Object.values(new WebSocketPair());
              {{accept}};
              return new Response(null, { status: 101, webSocket: client });
            }
            webSocketMessage(socket, message) { this.ctx.storage.put('key', message); socket.send(message) }
            """);
        using SocketRequest socket = new(world.Worker);
        await socket.Opened;
        using Disk disk = new(world);
        await SendAsync(socket, "1");
        await disk.CommittedAsync(1);
        await SendAsync(socket, "2");
        await disk.CommittedAsync(2);
        disk.Keep(1);
        Assert.Equal("1", (await socket.ReceiveAsync()).Text);
        disk.Lose(2);
        var next = socket.ReceiveAsync();
        await socket.Request.Response.WaitAsync(Patience, Cancellation);
        Assert.False(next.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task What_is_written_to_a_TCP_connection_waits_likewise()
    {
        FakeSocket peer = new();
        await using var world = await ObjectWorld.StartAsync(
            """
            async fetch(request) {
              const path = new URL(request.url).pathname;
              if (path === '/open') {
                const socket = connect('db.example:1');
                await socket.opened;
                this.writer = socket.writable.getWriter();
                this.writer.closed.catch(() => {});
              } else {
                this.ctx.storage.put('key', path);
                this.writer.write(new TextEncoder().encode(path)).catch(() => {});
              }
              return new Response('ok');
            }
            """,
            ToOne,
            channel: new FakeChannel { Sockets = (_, _, _, _) => Task.FromResult<SocketConnection>(peer) },
            global: "import { connect } from 'cloudflare:sockets';");
        Assert.Equal("ok", await world.GetAsync(Open));
        using Disk disk = new(world);
        await disk.KeepThenLoseAsync("ok", async () =>
        {
            var read = await peer.FromWorker.ReadAtLeastAsync(2, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
            Assert.Equal("/1", Encoding.UTF8.GetString(read.Buffer));
            peer.FromWorker.AdvanceTo(read.Buffer.End);
        });
        var rest = await peer.FromWorker.ReadAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.True(rest is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    private static Task SendAsync(SocketRequest socket, string text) => socket.Client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);
}
