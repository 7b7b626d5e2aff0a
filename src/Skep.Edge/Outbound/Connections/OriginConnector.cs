using System.Net.Security;
using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Connections;

/// <summary>Opens connections to origins: TCP through the address guard, TLS on top where asked, all within one time limit.</summary>
internal sealed class OriginConnector(GuardedConnector connector, TimeSpan timeout, SslClientAuthenticationOptions tls)
{
    /// <summary>A connection that is ready for its first byte.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="protocols">What to offer by ALPN, or null for nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">Name resolution, TCP and TLS together took too long.</exception>
    public async ValueTask<OriginConnection> ConnectAsync(
        OriginEndpoint endpoint, List<SslApplicationProtocol>? protocols, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(timeout);
        try
        {
            SocketStream tcp = await connector.ConnectAsync(endpoint.Host, endpoint.Port, limited.Token);
            Stream stream = endpoint.IsTls ? await EncryptAsync(tcp, endpoint.Host, protocols, limited.Token) : tcp;
            return new OriginConnection(tcp, stream);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    /// <summary>TLS over a connection that is there already; when it fails the connection is closed.</summary>
    public async ValueTask<SslStream> EncryptAsync(
        Stream tcp, string host, List<SslApplicationProtocol>? protocols, CancellationToken cancellation)
    {
        var encrypted = new SslStream(tcp, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ApplicationProtocols = protocols,
                    CertificateChainPolicy = tls.CertificateChainPolicy,
                    CertificateRevocationCheckMode = tls.CertificateRevocationCheckMode,
                    EnabledSslProtocols = tls.EnabledSslProtocols,
                    RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
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
