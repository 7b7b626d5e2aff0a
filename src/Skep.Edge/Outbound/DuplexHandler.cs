using System.Net.Security;

namespace Skep.Edge.Outbound;

/// <summary>Sends requests with large or endless bodies over HTTP/1.1 so that the response is read while the body is still
/// going out. SocketsHttpHandler reads nothing over HTTP/1.1 before it has sent everything: an origin that answers as it
/// reads, an echo or a transcoder, would block both sides as soon as the sockets' buffers are full. Such a request has a
/// connection to itself, which ends with it. All others go to the pool.</summary>
internal sealed class DuplexHandler : DelegatingHandler
{
    // What fits into the sockets' buffers whatever the origin does, so that sending it first can block nobody.
    private const int AlwaysFits = 32 << 10;

    private static readonly List<SslApplicationProtocol> _protocols = [SslApplicationProtocol.Http11];

    private readonly GuardedConnector _connector;
    private readonly OutboundOptions _options;
    private readonly SslClientAuthenticationOptions _tls;

    public DuplexHandler(HttpMessageHandler pool, GuardedConnector connector, OutboundOptions options, SslClientAuthenticationOptions tls)
        : base(pool) => (_connector, _options, _tls) = (connector, options, tls);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Through a proxy, connecting and encrypting are the pool's business.
        if (_options.Proxy is not null || request.Content is not RequestContent content || content.KnownLength <= AlwaysFits)
            return await base.SendAsync(request, cancellationToken);

        Stream connection = await ConnectAsync(request.RequestUri!, cancellationToken);
        var exchange = new DuplexExchange(connection, _options.MaxResponseHeadersKilobytes << 10);
        try
        {
            return await exchange.SendAsync(request, content, cancellationToken);
        }
        catch
        {
            await exchange.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<Stream> ConnectAsync(Uri url, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(_options.ConnectTimeout);
        try
        {
            Stream tcp = await _connector.ConnectAsync(url.IdnHost, url.Port, limited.Token);
            return url.Scheme == Uri.UriSchemeHttps ? await EncryptAsync(tcp, url.IdnHost, limited.Token) : tcp;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    private async ValueTask<SslStream> EncryptAsync(Stream tcp, string host, CancellationToken cancellation)
    {
        var encrypted = new SslStream(tcp, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ApplicationProtocols = _protocols,
                    CertificateChainPolicy = _tls.CertificateChainPolicy,
                    CertificateRevocationCheckMode = _tls.CertificateRevocationCheckMode,
                    EnabledSslProtocols = _tls.EnabledSslProtocols,
                    RemoteCertificateValidationCallback = _tls.RemoteCertificateValidationCallback,
                },
                cancellation);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }
}
