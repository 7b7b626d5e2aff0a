using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Outbound.Tcp;

/// <summary>Workers' TCP connections, to real servers.</summary>
public sealed class TcpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_go_both_ways_and_each_end_ends_by_itself()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = EchoAsync(listener, static stream => Task.FromResult(stream));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        await using SocketConnection socket = await channel.ConnectAsync("localhost", Port(listener), secure: false, Cancellation);
        await socket.Stream.WriteAsync("hello"u8.ToArray(), Cancellation);
        await socket.EndWritingAsync();
        Assert.Equal("hello", await new StreamReader(socket.Stream).ReadToEndAsync(Cancellation));
        Assert.Equal($"127.0.0.1:{Port(listener)}", socket.RemoteAddress);
        Assert.StartsWith("127.0.0.1:", socket.LocalAddress);
        await serving;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TLS_comes_at_once_or_when_it_is_asked_for(bool atOnce)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=db", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = EchoAsync(listener, async stream =>
        {
            if (!atOnce)
                await stream.ReadExactlyAsync(new byte[3], Cancellation);
            var encrypted = new SslStream(stream);
            await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Cancellation);
            return encrypted;
        });
        using var channel = new HttpSubrequestChannel(
            new OutboundOptions { AllowLoopback = true },
            new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=db" },
            TimeProvider.System);
        await using SocketConnection socket = await channel.ConnectAsync("127.0.0.1", Port(listener), atOnce, Cancellation);
        if (!atOnce)
        {
            await socket.Stream.WriteAsync("tls"u8.ToArray(), Cancellation);
            await socket.StartTlsAsync("db", Cancellation);
        }

        await socket.Stream.WriteAsync("secret"u8.ToArray(), Cancellation);
        await socket.EndWritingAsync();
        Assert.Equal("secret", await new StreamReader(socket.Stream).ReadToEndAsync(Cancellation));
        await serving;
    }

    [Theory]
    [InlineData("10.0.0.1", 5432, "private address")]
    [InlineData("127.0.0.1", 5432, "this server itself")]
    [InlineData("169.254.169.254", 80, "metadata")]
    [InlineData("203.0.113.1", 25, "Connections to port 25 are prohibited")]
    public async Task The_guard_holds(string host, int port, string expected)
    {
        using var channel = new HttpSubrequestChannel(new OutboundOptions());
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.ConnectAsync(host, port, secure: false, Cancellation));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task A_closed_port_is_told_as_Cloudflare_tells_it()
    {
        using DeafPort nowhere = new();
        int port = nowhere.Address.Port;
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(async () => await channel.ConnectAsync("127.0.0.1", port, secure: false, Cancellation));
        Assert.StartsWith("proxy request failed, cannot connect to the specified address. Connection refused", error.Message);
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task EchoAsync(TcpListener listener, Func<Stream, Task<Stream>> open)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Cancellation);
        await using Stream stream = await open(client.GetStream());
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancellation);
        await stream.WriteAsync(all.ToArray(), Cancellation);
        if (stream is SslStream encrypted)
            await encrypted.ShutdownAsync();
    }
}
