using System.Net.Sockets;
using Skep.Abstractions.Events;
using Skep.Edge.Forwarding;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Forwarding;

public sealed class TrustedProxyTests
{
    private const string ProxyLine = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n";
    private const string Get = "GET /a HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n";

    [Theory]
    [InlineData("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n", "192.0.2.1 https https://example.com/a")]
    [InlineData("X-Forwarded-For: 6.6.6.6, 192.0.2.1, 127.0.0.9\r\n", "192.0.2.1 http http://example.com/a")]
    [InlineData("X-Forwarded-For: 192.0.2.1:4711\r\n", "192.0.2.1 http http://example.com/a")]
    [InlineData("X-Forwarded-For: [2001:db8::1]:4711\r\n", "2001:db8::1 http http://example.com/a")]
    [InlineData("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http, https\r\n", "192.0.2.1 https https://example.com/a")]
    [InlineData("X-Forwarded-For: 6.6.6.6, nonsense\r\n", "127.0.0.1 http http://example.com/a")]
    [InlineData("X-Forwarded-Proto: gopher\r\n", "127.0.0.1 http http://example.com/a")]
    public async Task A_trusted_proxy_says_who_the_client_is(string headers, string expected)
    {
        await using TestEdge edge = await StartAsync(new ListenerOptions { TrustedProxies = Trust("127.0.0.0/8") });
        Assert.EndsWith("\r\n\r\n" + expected, await edge.SendAsync($"{Get}{headers}\r\n"));
    }

    [Fact]
    public async Task Anybody_else_is_not_believed()
    {
        await using TestEdge edge = await StartAsync(new ListenerOptions { TrustedProxies = Trust("10.0.0.0/8") });
        Assert.EndsWith(
            "\r\n\r\n127.0.0.1 http http://example.com/a", await edge.SendAsync($"{Get}X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n\r\n"));
    }

    [Fact]
    public async Task The_proxy_itself_is_added_to_those_that_forwarded()
    {
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(new FakeWorker(request => request.Answer(200, request.GetHeader("x-forwarded-for")!))),
            listener: new ListenerOptions { TrustedProxies = Trust("127.0.0.1") });
        Assert.EndsWith("\r\n\r\n6.6.6.6, 192.0.2.1, 127.0.0.1", await edge.SendAsync($"{Get}X-Forwarded-For: 6.6.6.6, 192.0.2.1\r\n\r\n"));
    }

    [Fact]
    public async Task What_a_proxy_says_holds_for_one_request()
    {
        await using TestEdge edge = await StartAsync(new ListenerOptions { TrustedProxies = Trust("127.0.0.1") });
        using RawConnection connection = await edge.ConnectAsync();
        foreach ((string header, string expected) in new[]
                 {
                     ("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n", "192.0.2.1 https https://example.com/a"),
                     ("X-Forwarded-For: 192.0.2.2\r\n", "192.0.2.2 http http://example.com/a"),
                     ("", "127.0.0.1 http http://example.com/a"),
                 })
        {
            await connection.WriteAsync($"GET /a HTTP/1.1\r\nHost: example.com\r\n{header}\r\n");
            Assert.EndsWith("\r\n\r\n" + expected, await connection.ReadResponseAsync());
        }
    }

    [Fact]
    public async Task The_proxy_protocol_says_who_the_client_is()
    {
        await using TestEdge edge = await StartAsync(new ListenerOptions { ProxyProtocol = true, TrustedProxies = Trust("127.0.0.1") });
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync(ProxyLine[..20]);
        await connection.WriteAsync($"{ProxyLine[20..]}{Get}\r\n");
        Assert.EndsWith("\r\n\r\n192.0.2.1 http http://example.com/a", await connection.ReadToEndAsync());
    }

    [Theory]
    [InlineData("10.0.0.0/8", ProxyLine)]
    [InlineData("127.0.0.1", "")]
    [InlineData("127.0.0.1", "PROXY TCP4 nonsense\r\n")]
    public async Task Without_a_header_of_a_trusted_proxy_the_connection_is_closed(string trusted, string line)
    {
        bool reached = false;
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(new FakeWorker(request =>
            {
                reached = true;
                request.Answer(200, "reached");
            })),
            listener: new ListenerOptions { ProxyProtocol = true, TrustedProxies = Trust(trusted) });
        await Assert.ThrowsAnyAsync<SocketException>(() => edge.SendAsync($"{line}{Get}\r\n"));
        Assert.False(reached);
    }

    [Fact]
    public async Task The_proxy_protocol_needs_to_know_whom_to_trust()
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(new ListenerOptions { ProxyProtocol = true }));
        Assert.Contains("trusted proxies", error.Message);
    }

    [Fact]
    public async Task One_address_may_have_so_many_connections()
    {
        await using TestEdge edge = await StartAsync(new ListenerOptions { MaxConnectionsPerAddress = 2 });
        RawConnection first = await edge.ConnectAsync();
        using RawConnection second = await edge.ConnectAsync();
        foreach (RawConnection connection in new[] { first, second })
        {
            await connection.WriteAsync("GET /a HTTP/1.1\r\nHost: example.com\r\n\r\n");
            Assert.Contains("http://example.com/a", await connection.ReadResponseAsync());
        }

        await Assert.ThrowsAnyAsync<SocketException>(() => edge.SendAsync($"{Get}\r\n"));
        await first.WriteAsync($"{Get}\r\n");
        Assert.Contains("http://example.com/a", await first.ReadToEndAsync());
        first.Dispose();

        // The server learns of it a moment later.
        for (string answer = ""; !answer.Contains("http://example.com/a", StringComparison.Ordinal);)
        {
            try
            {
                answer = await edge.SendAsync($"{Get}\r\n");
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }

    [Theory]
    [InlineData("somewhere")]
    [InlineData("10.0.0.0/99")]
    public void What_is_no_address_is_named(string text)
    {
        Assert.False(AddressList.TryParse(["127.0.0.1", text], out _, out string? problem));
        Assert.Contains(text, problem);
    }

    private static AddressList Trust(string network) =>
        AddressList.TryParse([network], out AddressList? list, out string? problem) ? list : throw new ArgumentException(problem, nameof(network));

    private static Task<TestEdge> StartAsync(ListenerOptions options) => TestEdge.StartAsync(
        new SingleWorkerRouter(new FakeWorker(request => request.Answer(
            200, $"{request.GetHeader("cf-connecting-ip")} {request.GetHeader("x-forwarded-proto")} {request.Url}"))),
        listener: options);
}
