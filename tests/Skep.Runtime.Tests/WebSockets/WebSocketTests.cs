using System.Net.WebSockets;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>Workers that answer with a WebSocket, and .NET's own client at the other end of a connection in memory.</summary>
public sealed class WebSocketTests
{
    private const string Echo = """
        export default {
          fetch(request) {
            const [client, server] = Object.values(new WebSocketPair());
            server.binaryType = "arraybuffer";
            server.accept();
            server.addEventListener("message", ({ data }) => server.send(data));
            return new Response(null, { status: 101, webSocket: client });
          },
        };
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_are_echoed_and_the_closing_handshake_ends_the_invocation()
    {
        await using var worker = await TestWorker.StartAsync(Echo);
        using SocketRequest request = new(worker);
        Assert.Equal("hello", await request.AskAsync("hello"));
        Assert.Equal("größer €", await request.AskAsync("größer €"));
        await request.Client.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, true, Cancellation);
        Assert.Equal([1, 2, 3], (await request.ReceiveAsync()).Bytes);
        await request.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Cancellation);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (request.Client.CloseStatus, request.Client.CloseStatusDescription));
        var response = await request.Request.Response.WaitAsync(Cancellation);
        Assert.Equal(101, response.Status);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task Large_and_fragmented_messages_arrive_whole()
    {
        await using var worker = await TestWorker.StartAsync(Echo);
        using SocketRequest request = new(worker);
        var text = new string('x', 3 << 20);
        Assert.Equal(text, await request.AskAsync(text));
        foreach (var part in new[] { "a", "", "b" }) await request.Client.SendAsync(Encoding.UTF8.GetBytes(part), WebSocketMessageType.Text, endOfMessage: part == "b", Cancellation);
        Assert.Equal("ab", (await request.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task What_the_worker_sends_before_its_response_comes_first()
    {
        await using var worker = await TestWorker.HandlingAsync("""
            const [client, server] = Object.values(new WebSocketPair());
            server.accept();
            server.send("one");
            server.send(new Uint8Array([2]));
            await scheduler.wait(1);
            server.send("three");
            return new Response(null, { status: 101, webSocket: client });
            """);
        using SocketRequest request = new(worker);
        Assert.Equal("one", (await request.ReceiveAsync()).Text);
        Assert.Equal([2], (await request.ReceiveAsync()).Bytes);
        Assert.Equal("three", (await request.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task An_end_that_is_accepted_later_gets_what_came_before()
    {
        await using var worker = await TestWorker.HandlingAsync("""
            const [client, server] = Object.values(new WebSocketPair());
            setTimeout(() => {
              server.addEventListener("message", ({ data }) => server.send(`late ${data}`));
              server.accept();
            }, 20);
            return new Response(null, { status: 101, webSocket: client });
            """);
        using SocketRequest request = new(worker);
        Assert.Equal("late x", await request.AskAsync("x"));
    }

    [Fact]
    public async Task Microtasks_run_between_messages_of_one_batch()
    {
        await using var worker = await TestWorker.HandlingAsync("""
            const [client, server] = Object.values(new WebSocketPair());
            server.accept();
            const next = () => new Promise((resolve) => server.addEventListener("message", (event) => resolve(event.data), { once: true }));
            ctx.waitUntil((async () => {
              const seen = [];
              while (seen.length < 5) seen.push(await next());
              server.send(seen.join());
            })());
            return new Response(null, { status: 101, webSocket: client });
            """);
        using SocketRequest request = new(worker, raw: true);
        await request.Stream.WriteAsync(Frames.Join([.. "abcde".Select(static each => Frames.Masked(Runtime.WebSockets.Opcode.Text, $"{each}"))]), Cancellation);
        Assert.Equal(Frames.Plain(Runtime.WebSockets.Opcode.Text, "a,b,c,d,e"u8), await request.ReadAsync(11));
    }

    [Fact]
    public async Task A_client_that_vanishes_is_a_close_event_with_1006()
    {
        await using var worker = await TestWorker.HandlingAsync("""
            const [client, server] = Object.values(new WebSocketPair());
            server.accept();
            server.addEventListener("close", ({ code, wasClean, reason }) => console.log(code, wasClean, reason, server.readyState));
            server.addEventListener("error", () => console.log("error"));
            return new Response(null, { status: 101, webSocket: client });
            """);
        using SocketRequest request = new(worker);
        request.Stream.Dispose();
        await request.Request.Response.WaitAsync(Cancellation);
        Assert.Equal(["1006 false WebSocket disconnected without sending Close frame. 3"], worker.Observer.Lines);
    }

    [Fact]
    public async Task A_protocol_error_is_answered_with_its_code_and_told_to_the_worker()
    {
        await using var worker = await TestWorker.HandlingAsync("""
            const [client, server] = Object.values(new WebSocketPair());
            server.accept();
            server.addEventListener("error", ({ message }) => console.log(message));
            server.addEventListener("close", ({ code }) => console.log(code));
            return new Response(null, { status: 101, webSocket: client });
            """);
        using SocketRequest request = new(worker, raw: true);
        await request.Stream.WriteAsync(Convert.FromHexString("838000000000"), Cancellation);
        var answer = await request.ReadAsync(4);
        Assert.Equal([0x88, 0x03, 0xea], [answer[0], answer[2], answer[3]]);
        await request.Request.Response.WaitAsync(Cancellation);
        Assert.Equal(["WebSocket protocol error: unknown opcode 3.", "1006"], worker.Observer.Lines);
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_cut_off_before_memory_grows()
    {
        await using var worker = await TestWorker.HandlingAsync("""
            const [client, server] = Object.values(new WebSocketPair());
            server.accept();
            const flood = () => {
              if (server.readyState !== WebSocket.OPEN) return;
              for (let i = 0; i < 100; i++) server.send("x".repeat(10_000));
              setTimeout(flood);
            };
            server.addEventListener("error", ({ message }) => console.log(message.replace(/\d+/, "N")));
            server.addEventListener("close", ({ code }) => console.log(code));
            setTimeout(flood);
            return new Response(null, { status: 101, webSocket: client });
            """);
        using SocketRequest request = new(worker, raw: true);
        await request.Request.Response.WaitAsync(Cancellation);
        Assert.Equal(["The WebSocket's peer does not read what it is sent: N bytes are waiting. The connection was closed.", "1006"], worker.Observer.Lines);
    }

    [Fact]
    public async Task Pings_are_answered_without_the_worker()
    {
        await using var worker = await TestWorker.StartAsync(Echo);
        using SocketRequest request = new(worker, raw: true);
        await request.Stream.WriteAsync(Frames.Masked(Runtime.WebSockets.Opcode.Ping, "hey"), Cancellation);
        Assert.Equal(Frames.Plain(Runtime.WebSockets.Opcode.Pong, "hey"u8), await request.ReadAsync(5));
    }

    [Fact]
    public async Task A_request_that_asks_for_none_gets_an_error()
    {
        await using var worker = await TestWorker.StartAsync(Echo);
        var response = await worker.GetAsync();
        Assert.Equal("TypeError: Worker tried to return a WebSocket in a response to a request which did not contain the header \"Upgrade: websocket\".", response.Error?.Message);
    }

    [Fact]
    public async Task A_socket_cannot_be_used_by_another_request()
    {
        await using var worker = await TestWorker.StartAsync("""
            let kept;
            export default {
              fetch(request) {
                if (kept) {
                  try { kept.send("x"); } catch (error) { return new Response(error.message); }
                  return new Response("sent");
                }
                const [client, server] = Object.values(new WebSocketPair());
                kept = server;
                server.accept();
                return new Response(null, { status: 101, webSocket: client });
              },
            };
            """);
        using SocketRequest request = new(worker);
        await request.Opened;
        Assert.StartsWith("Cannot perform I/O on behalf of a different request.", (await worker.GetAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_message_has_the_whole_cpu_time_and_one_that_loops_ends_the_connection()
    {
        WorkerLimits limits = WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(300) };
        await using var worker = await TestWorker.StartAsync("""
            export default {
              fetch(request) {
                const [client, server] = Object.values(new WebSocketPair());
                server.accept();
                server.addEventListener("message", ({ data }) => {
                  if (data === "loop") for (;;);
                  let sum = 0;
                  for (let i = 0; i < 3e7; i++) sum += i % 7;
                  server.send(`${sum > 0}`);
                });
                return new Response(null, { status: 101, webSocket: client });
              },
            };
            """, limits);
        using SocketRequest request = new(worker);
        for (var i = 0; i < 12; i++) Assert.Equal("true", await request.AskAsync("work"));
        await request.Client.SendAsync("loop"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var response = await request.Request.Response.WaitAsync(Cancellation);
        Assert.Equal("Worker exceeded CPU time limit.", response.Error?.Message);
    }

    [Fact]
    public async Task A_replaced_version_tells_its_clients_to_come_back()
    {
        var worker = await TestWorker.StartAsync(Echo);
        using SocketRequest request = new(worker);
        Assert.Equal("x", await request.AskAsync("x"));
        var draining = worker.Worker.DrainAsync();
        var end = await request.ReceiveAsync();
        Assert.Equal((1012, "Service Restart"), (end.Status, end.Text));
        await request.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        await draining.WaitAsync(Cancellation);
        await worker.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_goes_down_closes_with_1001()
    {
        await using var worker = await TestWorker.StartAsync(Echo);
        using SocketRequest request = new(worker);
        Assert.Equal("x", await request.AskAsync("x"));
        request.ServerGoesDown.Cancel();
        Assert.Equal(1001, (await request.ReceiveAsync()).Status);
        await request.Client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", Cancellation);
        await request.Request.Response.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Compression_is_agreed_on_when_the_client_offers_it()
    {
        await using var worker = await TestWorker.StartAsync(Echo);
        using SocketRequest request = new(worker, offer: "permessage-deflate; client_max_window_bits");
        var text = string.Concat(Enumerable.Repeat("compressible ", 2000));
        Assert.Equal(text, await request.AskAsync(text));
        Assert.Equal("short", await request.AskAsync("short"));
        request.Stream.Dispose();
        var response = await request.Request.Response.WaitAsync(Cancellation);
        Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover", response.Header("sec-websocket-extensions"));
    }

    [Fact]
    public async Task An_upstreams_socket_is_passed_on_byte_for_byte()
    {
        var origin = DuplexPipe.New();
        using UpgradingChannel channel = new(origin.Theirs);
        await using var worker = await TestWorker.HandlingAsync("return fetch(request);", channel: channel);
        using SocketRequest request = new(worker, raw: true);
        var frame = Frames.Masked(Runtime.WebSockets.Opcode.Text, "through");
        await request.Stream.WriteAsync(frame, Cancellation);
        var received = new byte[frame.Length];
        await origin.Ours.ReadExactlyAsync(received, Cancellation);
        Assert.Equal(frame, received);
        await origin.Ours.WriteAsync(Frames.Plain(Runtime.WebSockets.Opcode.Text, "back"u8), Cancellation);
        Assert.Equal(Frames.Plain(Runtime.WebSockets.Opcode.Text, "back"u8), await request.ReadAsync(6));
        origin.Ours.Dispose();
        await request.Request.Response.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task A_worker_talks_to_an_origins_socket()
    {
        var origin = DuplexPipe.New();
        using UpgradingChannel channel = new(origin.Theirs);
        await using var worker = await TestWorker.HandlingAsync("""
            const socket = new WebSocket("ws://origin.example/path", ["chat"]);
            const next = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
            await next("open");
            const seen = [socket.readyState, socket.url, socket.protocol];
            socket.send("question");
            seen.push((await next("message")).data);
            socket.close(1000, "done");
            const { code, wasClean } = await next("close");
            return Response.json([...seen, code, wasClean]);
            """, channel: channel);
        using var server = WebSocket.CreateFromStream(origin.Ours, new WebSocketCreationOptions { IsServer = true });
        var response = worker.GetAsync();
        Assert.Equal("question", (await SocketRequest.ReceiveAsync(server)).Text);
        await server.SendAsync("answer"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        Assert.Equal((1000, "done"), ((await SocketRequest.ReceiveAsync(server)) is var end) ? (end.Status, end.Text) : default);
        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        Assert.Equal("""[1,"ws://origin.example/path","chat","answer",1000,true]""", (await response).Text);
    }
}
