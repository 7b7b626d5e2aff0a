using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Outbound.Http1;

/// <summary>Which requests share a connection, and what becomes of connections.</summary>
public sealed class ConnectionTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("bytes")]
    [InlineData("chunks")]
    [InlineData("length")]
    public async Task A_connection_is_used_again_after_an_upload(string kind)
    {
        const int Length = 300_000;
        int connections = 0;
        await using var origin = new OriginScript(async connection =>
        {
            connections++;
            for (int n = 0; n < 3; n++)
            {
                await connection.ReadUntilAsync("\r\n\r\n");
                await connection.ReadUntilAsync(kind == "chunks" ? "\r\n0\r\n\r\n" : "$");
                await connection.WriteAsync(Ok);
            }
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        for (int n = 0; n < 3; n++)
        {
            byte[] body = Encoding.ASCII.GetBytes(new string('x', Length - 1) + "$");
            Assert.Equal("ok", await (await channel.FetchAsync(new Subrequest
            {
                Method = "POST",
                Url = origin.Url,
                Headers = [],
                HasBody = true,
                BodyBytes = kind == "bytes" ? body : default,
                BodyStream = kind == "bytes" ? null : new MemoryStream(body),
                BodyLength = kind == "length" ? Length : null,
            })).TextAsync());
        }

        Assert.Equal(1, connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public async Task A_complete_response_leaves_the_connection_for_the_next(string answer)
    {
        Assert.Equal(1, await ConnectionsAsync(answer));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, Close\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]
    public async Task A_connection_that_ends_or_says_too_much_is_not_used_again(string answer)
    {
        Assert.Equal(2, await ConnectionsAsync(answer));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task A_dead_connection_is_replaced_when_the_request_may_be_repeated(string method)
    {
        int connections = 0;
        await using var origin = new OriginScript(async connection =>
        {
            connections++;
            await connection.ReadUntilAsync("\r\n\r\n");
            await connection.WriteAsync(Ok);

            // The first connection dies when the next request has arrived.
            if (connections == 1)
                await connection.ReadUntilAsync("\r\n\r\n");
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        Subrequest request = new() { Method = method, Url = origin.Url, Headers = [] };
        for (int n = 0; n < 2; n++)
            Assert.Equal("ok", await (await channel.FetchAsync(request)).TextAsync());
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task A_POST_is_never_sent_twice()
    {
        int connections = 0;
        await using var origin = new OriginScript(async connection =>
        {
            connections++;
            await connection.ReadUntilAsync("\r\n\r\n");
            await connection.WriteAsync(Ok);
            await connection.ReadUntilAsync("\r\n\r\n");
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        Assert.Equal("ok", await (await channel.FetchAsync(ChannelTesting.Post(origin.Url, ""))).TextAsync());
        await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(ChannelTesting.Post(origin.Url, "")));
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task Idle_connections_are_closed_in_time()
    {
        var closed = new TaskCompletionSource();
        await using var origin = new OriginScript(async connection =>
        {
            await connection.ReadUntilAsync("\r\n\r\n");
            await connection.WriteAsync(Ok);
            await connection.ReadToEndAsync();
            closed.TrySetResult();
        });
        var time = new ManualTime();
        using var channel = new HttpSubrequestChannel(new OutboundOptions { AllowLoopback = true }, new SslClientAuthenticationOptions(), time);
        Assert.Equal("ok", await (await channel.FetchAsync(ChannelTesting.Get(origin.Url))).TextAsync());
        time.Advance(TimeSpan.FromSeconds(80));
        await closed.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Aborted_uploads_leave_no_connection_behind()
    {
        using var arrived = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        await using var origin = new OriginScript(async connection =>
        {
            await connection.ReadUntilAsync("\r\n\r\n");
            arrived.Release();
            try
            {
                await connection.ReadToEndAsync();
            }
            catch (SocketException)
            {
                // Reset: ended all the same.
            }

            ended.Release();
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        for (int n = 0; n < 60; n++)
        {
            using var abort = new CancellationTokenSource();
            ValueTask<SubrequestResponse> sending = channel.SendAsync(
                new Subrequest { Method = "POST", Url = origin.Url, Headers = [], HasBody = true, BodyBytes = new byte[1 << 20] }, abort.Token);
            Assert.True(await arrived.WaitAsync(_patience, TestContext.Current.CancellationToken));
            await abort.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sending);
            Assert.True(await ended.WaitAsync(_patience, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task An_upgrade_hands_the_connection_over()
    {
        await using var origin = new OriginScript(async connection =>
        {
            string head = await connection.ReadUntilAsync("\r\n\r\n");
            Assert.Contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n", head);
            Assert.Contains("\r\nsec-websocket-key: k\r\n", head);
            await connection.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: a\r\n\r\nfirst ");
            await connection.WriteAsync(await connection.ReadUntilAsync("."));
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(
            new Subrequest { Method = "GET", Url = origin.Url, Headers = ["sec-websocket-key", "k", "connection", "x"], Upgrade = "websocket" });
        Assert.Equal(101, response.Status);
        Assert.Equal("a", response.Header("sec-websocket-accept"));
        Assert.Null(response.Body);
        await response.DisposeAsync();
        await using Stream connection = response.Upgraded!;
        await connection.WriteAsync("second."u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("first second.", await new StreamReader(connection).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_origin_that_does_not_upgrade_answers()
    {
        await using OriginScript origin = OriginScript.Answering("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(new Subrequest { Method = "GET", Url = origin.Url, Headers = [], Upgrade = "websocket" });
        Assert.Null(response.Upgraded);
        Assert.Equal("no", await response.TextAsync());
    }

    private static async Task<int> ConnectionsAsync(string answer)
    {
        int connections = 0;
        await using var origin = new OriginScript(async connection =>
        {
            int mine = ++connections;
            await connection.ReadUntilAsync("\r\n\r\n");
            await connection.WriteAsync(answer);
            if (mine == 1 && await IsUsedAgainAsync(connection))
                await connection.WriteAsync(answer);
        });
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        for (int n = 0; n < 2; n++)
        {
            SubrequestResponse response = await channel.FetchAsync(ChannelTesting.Get(origin.Url));
            if (response.Body is not null)
                await response.TextAsync();
        }

        return connections;
    }

    private static async Task<bool> IsUsedAgainAsync(RawConnection connection)
    {
        try
        {
            await connection.ReadUntilAsync("\r\n\r\n");
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
