using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound;

namespace Skep.Edge.Tests.Outbound;

public sealed class TlsTests
{
    // More than what is sent before the response is read.
    private const int Large = 256 << 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(Large)]
    public async Task A_certificate_that_nobody_trusts_is_the_reason(int length)
    {
        using var channel = new HttpSubrequestChannel(new OutboundOptions { AllowLoopback = true });
        SubrequestException error = await FetchAsync(channel, length, async (channel, request) => await Assert.ThrowsAsync<SubrequestException>(async () => await channel.FetchAsync(request)));
        Assert.Contains("certificate", error.Message);
        Assert.Contains("SSL_CERT_FILE", error.Message);
    }

    [Fact]
    public async Task A_large_body_goes_out_encrypted()
    {
        using var channel = new HttpSubrequestChannel(
            new OutboundOptions { AllowLoopback = true }, new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=origin" }, TimeProvider.System);
        string text = await FetchAsync(channel, Large, async (channel, request) => await (await channel.FetchAsync(request)).TextAsync());
        Assert.Equal("secret", text);
    }

    [Fact]
    public async Task What_speaks_no_TLS_is_told()
    {
        await using OriginScript origin = new(connection => connection.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        using HttpSubrequestChannel channel = ChannelTesting.Channel();
        SubrequestException error = await Assert.ThrowsAsync<SubrequestException>(
            async () => await channel.FetchAsync(ChannelTesting.Get(origin.Url.Replace("http:", "https:", StringComparison.Ordinal))));
        Assert.Contains("does not seem to speak TLS", error.Message);
    }

    private static async Task<T> FetchAsync<T>(HttpSubrequestChannel channel, int length, Func<HttpSubrequestChannel, Subrequest, Task<T>> fetch)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener);
        T result = await fetch(
            channel, new Subrequest { Method = "POST", Url = $"https://{listener.LocalEndpoint}/", Headers = [], HasBody = true, BodyBytes = new byte[length] });
        await serving;
        return result;
    }

    private static async Task ServeAsync(TcpListener listener)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=origin", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using TcpClient client = await listener.AcceptTcpClientAsync(Cancellation);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Cancellation);
            byte[] buffer = new byte[Large];
            _ = await stream.ReadAtLeastAsync(buffer, Large, throwOnEndOfStream: false, Cancellation);
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"), Cancellation);
            _ = await stream.ReadAtLeastAsync(buffer, Large, throwOnEndOfStream: false, Cancellation);
        }
        catch (Exception broken) when (broken is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client did not trust us, or has its answer.
        }
    }
}
