using System.IO.Pipelines;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Sockets;

/// <summary><c>cloudflare:sockets</c> over a connection whose other side is the test.</summary>
public sealed class SocketTests
{
    private const string Helpers = """
        import { connect } from 'cloudflare:sockets';
        const text = (bytes) => new TextDecoder().decode(bytes);
        const bytes = (text) => new TextEncoder().encode(text);
        async function all(readable) { let result = ''; for await (const chunk of readable) result += text(chunk); return result }
        """;

    [Fact]
    public async Task Carries_bytes_both_ways_and_says_where_to()
    {
        await using var worker = await StartAsync(Echo(), """
            const socket = connect('db.example:5432');
            const writer = socket.writable.getWriter();
            await writer.write(bytes('one ')); await writer.write(bytes('two').buffer); await writer.close();
            const { remoteAddress, localAddress } = await socket.opened;
            const result = await all(socket.readable);
            await socket.closed;
            return Response.json([result, remoteAddress, localAddress, socket.secureTransport, socket.upgraded]);
            """);
        Assert.Equal("""200 ["one two","192.0.2.1:7","192.0.2.2:50000","off",false]""", (await worker.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("'db.example:5432'", "{}", "db.example 5432 False")]
    [InlineData("{ hostname: '::1', port: 80 }", "{ secureTransport: 'on' }", "::1 80 True")]
    [InlineData("'[2001:db8::1]:443'", "undefined", "2001:db8::1 443 False")]
    public async Task Connects_to_the_address_it_is_given(string address, string options, string expected)
    {
        string? asked = null;
        await using var worker = await StartAsync(new FakeChannel
        {
            Sockets = (host, port, secure, _) =>
            {
                asked = $"{host} {port} {secure}";
                return Task.FromResult<SocketConnection>(new FakeSocket());
            },
        }, $"const socket = connect({address}, {options}); await socket.opened; await socket.close(); return new Response('ok')");
        Assert.Equal("200 ok", (await worker.GetAsync()).ToString());
        Assert.Equal(expected, asked);
    }

    [Theory]
    [InlineData("connect('example.com')", "TypeError: Specified address is missing port.")]
    [InlineData("connect('example.com:')", "TypeError: Specified address is missing port.")]
    [InlineData("connect('[::1]')", "TypeError: Specified address is missing port.")]
    [InlineData("connect(':80')", "TypeError: Specified address could not be parsed.")]
    [InlineData("connect('a b:80')", "TypeError: Specified address could not be parsed.")]
    [InlineData("connect('a:65536')", "TypeError: Specified address could not be parsed.")]
    [InlineData("connect({ hostname: 'a', port: 1.5 })", "TypeError: The port must be an integer from 1 to 65535.")]
    [InlineData("connect('a:1', { secureTransport: 'tls' })", "TypeError: Unsupported value in secureTransport socket option: tls")]
    [InlineData("connect('a:1').startTls()", "TypeError: The `secureTransport` socket option must be set to 'starttls' for startTls to be used.")]
    [InlineData("connect('a:1', { secureTransport: 'on' }).startTls()", "TypeError: Cannot startTls on a TLS socket.")]
    public async Task Refuses_what_makes_no_sense(string call, string expected)
    {
        await using var worker = await StartAsync(Echo(), $"try {{ {call}; return new Response('none') }} catch (error) {{ return new Response(String(error)) }}");
        Assert.Equal($"200 {expected}", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_failure_to_connect_rejects_everything()
    {
        await using var worker = await StartAsync(new FakeChannel(), """
            const socket = connect('db.example:5432');
            const say = (promise) => promise.then(() => 'fine', (error) => error.message);
            return Response.json(await Promise.all([say(socket.opened), say(socket.closed), say(socket.readable.getReader().read()), say(socket.writable.getWriter().closed)]));
            """);
        const string Expected = "\"Nothing listens on db.example:5432.\"";
        Assert.Equal($"200 [{Expected},{Expected},{Expected},{Expected}]", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_fault_of_the_platform_is_not_taken_for_a_lost_connection()
    {
        FakeChannel broken = new() { Sockets = (_, _, _, _) => throw new IOException("The password cannot be read.") };
        await using var worker = await StartAsync(broken, "return new Response(await connect('a:1').opened.catch((error) => error.message))");
        Assert.StartsWith("200 internal error; reference = ", (await worker.GetAsync()).ToString(), StringComparison.Ordinal);
        Assert.Contains("The password cannot be read.", Assert.Single(worker.Observer.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_nobody_asks_about_is_not_reported()
    {
        await using var worker = await StartAsync(new FakeChannel(), "await connect('a:1').opened.catch(() => {}); await scheduler.wait(1); return new Response('ok')");
        Assert.Equal("200 ok", (await worker.GetAsync()).ToString());
        Assert.Empty(worker.Observer.Lines);
    }

    [Theory]
    [InlineData(false, "closed")]
    [InlineData(true, "still open")]
    public async Task The_others_end_closes_the_socket_unless_half_open_is_allowed(bool allowHalfOpen, string expected)
    {
        FakeSocket socket = new();
        await socket.ToWorker.CompleteAsync();
        await using var worker = await StartAsync(Connecting(socket), $$"""
            const socket = connect('a:1', { allowHalfOpen: {{(allowHalfOpen ? "true" : "false")}} });
            await all(socket.readable);
            const state = await Promise.race([socket.closed.then(() => 'closed'), scheduler.wait({{(allowHalfOpen ? 1 : 30_000)}}).then(() => 'still open')]);
            if (state !== 'closed') { const writer = socket.writable.getWriter(); await writer.write(bytes('more')); await writer.close(); await socket.closed }
            return new Response(state);
            """);
        Assert.Equal($"200 {expected}", (await worker.GetAsync()).ToString());
        await socket.Closed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Close_ends_reads_and_sends_what_was_written()
    {
        FakeSocket socket = new();
        await using var worker = await StartAsync(Connecting(socket), """
            const socket = connect('a:1');
            const read = socket.readable.getReader().read();
            socket.writable.getWriter().write(bytes('last words'));
            await socket.close();
            return Response.json(await read);
            """);
        Assert.Equal("""200 {"done":true}""", (await worker.GetAsync()).ToString());
        Assert.Equal("last words", await ReadAllAsync(socket.FromWorker));
    }

    [Fact]
    public async Task StartTls_hands_the_connection_to_a_new_socket()
    {
        FakeSocket socket = new();
        await socket.ToWorker.WriteAsync("S"u8.ToArray(), TestContext.Current.CancellationToken);
        await using var worker = await StartAsync(Connecting(socket), """
            const plain = connect('db.example:5432', { secureTransport: 'starttls' });
            const writer = plain.writable.getWriter(); await writer.write(bytes('SSLRequest')); writer.releaseLock();
            const reader = plain.readable.getReader(); const answer = text((await reader.read()).value); reader.releaseLock();
            const order = [];
            plain.closed.then(() => order.push('closed'));
            const socket = plain.startTls({ expectedServerHostname: 'name' });
            // Clients tell by this which of the two sockets has ended (postgres does).
            await Promise.resolve(); await Promise.resolve(); order.push('started');
            await socket.opened;
            const secure = socket.writable.getWriter(); await secure.write(bytes(' secret')); await secure.close();
            let twice; try { plain.startTls() } catch (error) { twice = error.message }
            await plain.closed;
            return Response.json([answer, plain.upgraded, socket.upgraded, socket.secureTransport, twice, ...order]);
            """);
        Assert.Equal("""200 ["S",true,false,"on","Cannot startTls twice on the same socket.","started","closed"]""", (await worker.GetAsync()).ToString());
        Assert.Equal("name", socket.TlsName);
        Assert.Equal("SSLRequest secret", await ReadAllAsync(socket.FromWorker));
    }

    [Fact]
    public async Task StartTls_waits_for_no_locked_stream()
    {
        await using var worker = await StartAsync(Echo(), """
            const socket = connect('a:1', { secureTransport: 'starttls' });
            socket.readable.getReader();
            try { socket.startTls(); return new Response('none') } catch (error) { return new Response(error.message) }
            """);
        Assert.Equal("200 The socket's streams are locked. Release their reader and writer before startTls().", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_socket_ends_with_its_request()
    {
        FakeSocket socket = new();
        await using var worker = await StartAsync(Connecting(socket), "const socket = connect('a:1'); await socket.opened; globalThis.kept = socket; return new Response('ok')");
        Assert.Equal("200 ok", (await worker.GetAsync()).ToString());
        await socket.Closed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_connection_is_a_subrequest()
    {
        await using var worker = await StartAsync(
            Echo(),
            "connect('a:1'); connect('a:1'); try { connect('a:1'); return new Response('none') } catch (error) { return new Response(error.message) }",
            WorkerLimits.Default with { Subrequests = 2 });
        Assert.StartsWith("200 Too many subrequests", (await worker.GetAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_seventh_connection_waits_for_one_of_six_to_open()
    {
        TaskCompletionSource<SocketConnection> gate = new();
        int asked = 0;
        await using var worker = await StartAsync(
            new FakeChannel
            {
                Sockets = (_, _, _, _) =>
                {
                    if (Interlocked.Increment(ref asked) == 6) gate.SetResult(new FakeSocket());
                    return asked <= 6 ? gate.Task : Task.FromResult<SocketConnection>(new FakeSocket());
                },
            },
            "await Promise.all(Array.from({ length: 7 }, () => connect('a:1').opened)); return new Response('ok')");
        Assert.Equal("200 ok", (await worker.GetAsync()).ToString());
        Assert.Equal(7, asked);
    }

    [Fact]
    public async Task There_is_none_in_the_global_scope()
    {
        var error = await Assert.ThrowsAsync<WorkerStartupException>(() => TestWorker.StartAsync(
            "import { connect } from 'cloudflare:sockets'; connect('a:1'); export default {}"));
        Assert.Contains("global scope", error.Message, StringComparison.Ordinal);
    }

    private static Task<TestWorker> StartAsync(FakeChannel channel, string handler, WorkerLimits? limits = null) =>
        TestWorker.StartAsync($$"""{{Helpers}}; export default { async fetch(request) { {{handler}} } }""", limits, channel: channel);

    private static FakeChannel Connecting(FakeSocket socket) => new() { Sockets = (_, _, _, _) => Task.FromResult<SocketConnection>(socket) };

    private static FakeChannel Echo() => new()
    {
        Sockets = (_, _, _, _) =>
        {
            FakeSocket socket = new();
            _ = EchoAsync(socket);
            return Task.FromResult<SocketConnection>(socket);
        },
    };

    private static async Task EchoAsync(FakeSocket socket)
    {
        await socket.FromWorker.CopyToAsync(socket.ToWorker);
        await socket.ToWorker.CompleteAsync();
    }

    private static async Task<string> ReadAllAsync(PipeReader reader)
    {
        using MemoryStream all = new();
        await reader.CopyToAsync(all, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(all.ToArray());
    }
}
