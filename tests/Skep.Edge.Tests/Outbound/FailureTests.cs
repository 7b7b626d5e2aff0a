using System.Net;
using System.Net.Sockets;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Outbound;

public sealed class FailureTests
{
    [Fact]
    public async Task A_closed_port_is_refused_by_name()
    {
        using DeafPort nowhere = new();
        int port = nowhere.Address.Port;
        Assert.Equal($"Connection refused by 127.0.0.1:{port}. Is a server listening there?", await FailureAsync($"http://127.0.0.1:{port}/"));
        Assert.Equal($"Connection refused by x.localhost:{port}. Is a server listening there?", await FailureAsync($"http://x.localhost:{port}/"));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_named() =>
        Assert.StartsWith("The name no-such-host.invalid could not be resolved", await FailureAsync("http://no-such-host.invalid/"));

    [Theory]
    [InlineData("http://127.0.0.1:1/", "this server itself")]
    [InlineData("http://localhost:1/", "this server itself")]
    [InlineData("http://[::1]:1/", "this server itself")]
    [InlineData("http://[::ffff:7f00:1]:1/", "this server itself")]
    [InlineData("http://0.0.0.0:1/", "this server itself")]
    [InlineData("http://10.0.0.1/", "private address")]
    [InlineData("http://169.254.169.254/", "metadata")]
    [InlineData("http://224.0.0.1/", "not an address of the public internet")]
    [InlineData("http://127.0.0.1:25/", "SMTP")]
    public async Task The_guard_says_what_it_refused(string url, string expected)
    {
        using var channel = new HttpSubrequestChannel(new OutboundOptions());
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(ChannelTesting.Get(url)));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task A_plain_server_behind_https_is_a_tls_failure()
    {
        await using OriginScript origin = new(connection => connection.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        Assert.StartsWith("TLS with 127.0.0.1:", await FailureAsync(origin.Url.Replace("http:", "https:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_connection_that_closes_without_a_response_is_told()
    {
        await using OriginScript origin = OriginScript.Answering("");
        Assert.Contains("closed the connection before its response was complete", await FailureAsync(origin.Url));
    }

    [Fact]
    public async Task What_is_not_http_is_told()
    {
        await using OriginScript origin = OriginScript.Answering("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        Assert.Contains("not valid HTTP", await FailureAsync(origin.Url));
    }

    [Fact]
    public async Task A_head_over_the_limit_is_told()
    {
        await using OriginScript origin = OriginScript.Answering("HTTP/1.1 200 OK\r\nX: " + new string('x', 140 << 10) + "\r\n\r\n");
        Assert.Contains("response head of 127.0.0.1", await FailureAsync(origin.Url));
    }

    [Fact]
    public async Task A_body_that_is_cut_off_fails_when_it_is_read()
    {
        await using OriginScript origin = OriginScript.Answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestResponse response = await channel.FetchAsync(ChannelTesting.Get(origin.Url));
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(response.TextAsync);
        Assert.Contains("closed the connection before its response was complete", error.Message);
    }

    [Fact]
    public async Task A_host_that_never_answers_times_out()
    {
        // A listener whose queue is full: the kernel drops further handshakes, as a silent firewall would.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var fill = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await fill.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var channel = new HttpSubrequestChannel(new OutboundOptions { AllowLoopback = true, ConnectTimeout = TimeSpan.FromMilliseconds(200) });
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(ChannelTesting.Get($"http://{listener.LocalEndPoint}")));
        Assert.Contains("timed out", error.Message);
    }

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("not a url")]
    public async Task Other_schemes_are_refused(string url) =>
        Assert.Equal($"Fetch API cannot load: {url}", await FailureAsync(url));

    private static async Task<string> FailureAsync(string url)
    {
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(ChannelTesting.Get(url)));
        return error.Message;
    }
}
