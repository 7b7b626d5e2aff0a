using System.Net.WebSockets;
using System.Text;
using Skep.Runtime.Tests.WebSockets;

namespace Skep.Runtime.Tests.Objects;

/// <summary>WebSockets that stay open while their object is not in memory
/// (https://developers.cloudflare.com/durable-objects/best-practices/websockets/).</summary>
public sealed class HibernationTests
{
    /// <summary>Takes a WebSocket.</summary>
    internal const string Accept = """
        fetch(request) {
          const [client, server] = Object.values(new WebSocketPair());
          this.ctx.acceptWebSocket(server, ['all', `n${this.ctx.getWebSockets().length}`]);
          server.serializeAttachment({ number: this.ctx.getWebSockets().length });
          return new Response(null, { status: 101, webSocket: client });
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_wakes_an_object_that_was_evicted()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            {{Accept}}
            count = 0;
            webSocketMessage(socket, message) { socket.send(`${message} ${++this.count} ${JSON.stringify(socket.deserializeAttachment())} ${this.ctx.getTags(socket)}`) }
            """);
        using SocketRequest request = new(world.Worker);
        Assert.Equal("""a 1 {"number":1} all,n0""", await request.AskAsync("a"));
        Assert.Equal("""b 2 {"number":1} all,n0""", await request.AskAsync("b"));
        await world.EvictAsync("one");
        Assert.Null(world.Find("one")!.Instance);
        Assert.Equal("""c 1 {"number":1} all,n0""", await request.AskAsync("c"));
    }

    [Fact]
    public async Task Sockets_are_found_by_their_tags_and_are_the_same_objects_in_one_instance()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            {{Accept}}
            webSocketMessage(socket, message) {
              for (const each of this.ctx.getWebSockets(message)) each.send(`${message} ${each === socket} ${each.readyState}`);
            }
            """);
        using SocketRequest first = new(world.Worker);
        await first.Opened;
        using SocketRequest second = new(world.Worker);
        await second.Opened;
        Assert.Equal("n0 true 1", await first.AskAsync("n0"));
        await world.EvictAsync("one");
        await second.Client.SendAsync("all"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        Assert.Equal("all false 1", (await first.ReceiveAsync()).Text);
        Assert.Equal("all true 1", (await second.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task A_copy_of_a_request_asks_for_a_WebSocket_as_the_request_does()
    {
        // As partyserver hands it on.
        await using var world = await ObjectWorld.StartAsync(
            $$"""{{Accept}} webSocketMessage(socket) { socket.send(this.asked) }""".Replace("const [client", "this.asked = request.headers.get('upgrade'); const [client", StringComparison.Ordinal),
            "const copy = new Request(request); copy.headers.set('x-room', 'one'); return env.THINGS.getByName('one').fetch(copy.clone())");
        using SocketRequest request = new(world.Worker);
        Assert.Equal("websocket", await request.AskAsync("a"));
    }

    [Fact]
    public async Task Binary_messages_are_buffers()
    {
        await using var world = await ObjectWorld.StartAsync($$"""{{Accept}} webSocketMessage(socket, message) { socket.send(new Uint8Array(message).map((byte) => byte + 1)) }""");
        using SocketRequest request = new(world.Worker);
        await request.Client.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, true, Cancellation);
        Assert.Equal([2, 3, 4], (await request.ReceiveAsync()).Bytes);
    }

    [Fact]
    public async Task Since_2026_the_peers_close_frame_is_answered_by_itself()
    {
        await using var world = await ObjectWorld.StartAsync($"{Accept} webSocketClose(socket) {{ socket.close(3002) }}", version: version => version with { CompatibilityDate = "2026-05-01" });
        using SocketRequest request = new(world.Worker);
        await request.Opened;
        await request.Client.CloseAsync((WebSocketCloseStatus)3001, "bye", Cancellation);
        Assert.Equal((3001, "bye"), ((int)request.Client.CloseStatus!, request.Client.CloseStatusDescription));
    }

    [Fact]
    public async Task The_peers_close_frame_is_told_and_answered_by_the_handler()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            {{Accept}}
            webSocketClose(socket, code, reason, wasClean) { socket.close(code, `${reason} ${wasClean} ${this.ctx.getWebSockets().length}`) }
            """,
            version: version => version with { CompatibilityDate = "2025-01-01" });
        using SocketRequest request = new(world.Worker);
        await request.Opened;
        await world.EvictAsync("one");
        await request.Client.CloseAsync((WebSocketCloseStatus)3001, "bye", Cancellation);
        Assert.Equal((3001, "bye true 1"), ((int)request.Client.CloseStatus!, request.Client.CloseStatusDescription));
        var response = await request.Request.Response.WaitAsync(Cancellation);
        Assert.Null(response.Error);
        await world.EvictAsync("one");
        Assert.Null(world.Find("one"));
    }

    [Fact]
    public async Task A_connection_that_is_lost_is_told()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            {{Accept}}
            async webSocketClose(socket, code, reason, wasClean) { await env.THINGS.getByName('log').note(`${code} ${reason} ${wasClean}`) }
            note(text) { this.noted = text; this.told?.() }
            async read() { if (!this.noted) await new Promise((resolve) => { this.told = resolve }); return this.noted }
            """,
            "return request.headers.has('upgrade') ? env.THINGS.getByName('one').fetch(request) : new Response(await env.THINGS.getByName('log').read())",
            global: "import { env } from 'cloudflare:workers';");
        SocketRequest request = new(world.Worker);
        await request.Opened;
        var told = world.GetAsync();
        await request.Stream.DisposeAsync();
        Assert.Equal("1006 WebSocket disconnected without sending Close frame. false", await told);
        request.Dispose();
    }

    [Fact]
    public async Task Automatic_answers_need_no_instance()
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            constructor(ctx, env) { super(ctx, env); ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong')) }
            {{Accept}}
            webSocketMessage(socket, message) {
              const pair = this.ctx.getWebSocketAutoResponse();
              socket.send(`${message} ${pair.request} ${pair.response} ${this.ctx.getWebSocketAutoResponseTimestamp(socket) instanceof Date}`);
            }
            """);
        using SocketRequest request = new(world.Worker);
        await request.Opened;
        await world.EvictAsync("one");
        Assert.Equal("pong", await request.AskAsync("ping"));
        Assert.Null(world.Find("one")!.Instance);
        Assert.Equal("other ping pong true", await request.AskAsync("other"));
    }

    [Fact]
    public async Task A_message_waits_for_what_was_written_before_it()
    {
        await using var world = await ObjectWorld.StartAsync($$"""{{Accept}} webSocketMessage(socket, message) { this.ctx.storage.put('key', message); socket.send('stored') }""");
        using SocketRequest request = new(world.Worker);
        await request.Opened;
        TaskCompletionSource disk = new();
        world.Store.Durability = () => disk.Task;
        var answer = request.AskAsync("a");
        while (world.Find("one")?.Instance is not { HasWrites: true }) await Task.Yield();
        Assert.False(answer.IsCompleted);
        disk.SetResult();
        Assert.Equal("stored", await answer);
    }

    [Fact]
    public async Task A_handler_that_throws_ends_neither_the_object_nor_the_connection()
    {
        await using var world = await ObjectWorld.StartAsync($$"""{{Accept}} count = 0; webSocketMessage(socket, message) { this.count++; if (message === 'throw') throw new Error('no'); socket.send(`${this.count}`) }""");
        using SocketRequest request = new(world.Worker);
        await request.Client.SendAsync("throw"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        Assert.Equal("2", await request.AskAsync("b"));
        Assert.Contains(world.Worker.Observer.Errors, error => error.Message.Contains("no", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_version_disconnects_them()
    {
        await using var world = await ObjectWorld.StartAsync($"{Accept} webSocketMessage(socket, message) {{ socket.send(message) }}");
        using SocketRequest request = new(world.Worker);
        Assert.Equal("a", await request.AskAsync("a"));
        var deployed = world.DeployAsync($"{Accept} webSocketMessage(socket, message) {{ socket.send(message) }}");
        Assert.Equal(1012, (await request.ReceiveAsync()).Status);
        await request.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        await deployed;
    }

    [Theory]
    [InlineData("this.ctx.acceptWebSocket(server, Array.from({ length: 11 }, (_, i) => `${i}`))", "a Hibernatable WebSocket cannot have more than 10 tags")]
    [InlineData("this.ctx.acceptWebSocket(server, ['x'.repeat(257)])", "is longer than the max tag length (256 characters).")]
    [InlineData("server.accept(); this.ctx.acceptWebSocket(server)", "Cannot call `acceptWebSocket()` if the WebSocket was already accepted via `accept()`")]
    [InlineData("this.ctx.acceptWebSocket(server); server.accept()", "Can't accept() WebSocket after enabling hibernation.")]
    [InlineData("this.ctx.acceptWebSocket(server); this.ctx.acceptWebSocket(client)", "has already been accepted or used in a Response.")]
    [InlineData("this.ctx.acceptWebSocket(server); server.serializeAttachment('x'.repeat(17000))", "A WebSocket 'attachment' cannot be larger than 16384 bytes.")]
    [InlineData("this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('x'.repeat(2049), ''))", "Request cannot be larger than 2048 bytes. A request of size 2049 was provided.")]
    [InlineData("this.ctx.setHibernatableWebSocketEventTimeout(604800001)", "Event timeout should not exceed 604800000 ms.")]
    [InlineData("server.accept(); this.ctx.getTags(server)", "only hibernatable websockets can have tags.")]
    public async Task Mistakes_are_told(string code, string message)
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""fetch() { const { 0: client, 1: server } = new WebSocketPair(); try { {{code}} } catch (error) { return new Response(error.message) } return new Response('nothing was wrong') }""");
        Assert.Contains(message, await world.GetAsync(), StringComparison.Ordinal);
    }
}
