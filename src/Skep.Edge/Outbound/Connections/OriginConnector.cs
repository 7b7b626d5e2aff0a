using System.Net.Security;
using Skep.Edge.Origins;
using Skep.Edge.Transport;

namespace Skep.Edge.Outbound.Connections;

/// <summary>Opens connections to origins: TCP through the address guard, TLS on top where asked, all within one time limit.</summary>
/// <param name="connector">Reaches what workers may reach.</param>
/// <param name="unguarded">Reaches the servers behind zones: the operator named them, no worker can choose them.</param>
/// <param name="origins">The servers behind zones.</param>
/// <param name="timeout">Of name resolution, TCP and TLS together.</param>
/// <param name="tls">What servers must show.</param>
internal sealed class OriginConnector(
    GuardedConnector connector, GuardedConnector unguarded, ZoneOrigins origins, TimeSpan timeout, SslClientAuthenticationOptions tls)
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
            if (origins.Find(endpoint.Host) is { } behind)
                return await ConnectBehindAsync(behind, endpoint.Host, protocols, limited.Token);
            SocketStream tcp = await connector.ConnectAsync(endpoint.Host, endpoint.Port, limited.Token);
            Stream stream = endpoint.IsTls ? await EncryptAsync(tcp, endpoint.Host, protocols, limited.Token) : tcp;
            return new OriginConnection(tcp, stream);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    private async ValueTask<OriginConnection> ConnectBehindAsync(
        ZoneOrigin behind, string host, List<SslApplicationProtocol>? protocols, CancellationToken cancellation)
    {
        SocketStream tcp = await unguarded.ConnectAsync(behind.Host, behind.Port, cancellation);
        Stream stream = behind.IsTls ? await EncryptAsync(tcp, host, protocols, cancellation, behind.VerifiesCertificate) : tcp;
        return new OriginConnection(tcp, stream);
    }

    /// <summary>TLS over a connection that is there already; when it fails the connection is closed.</summary>
    public async ValueTask<SslStream> EncryptAsync(
        Stream tcp, string host, List<SslApplicationProtocol>? protocols, CancellationToken cancellation, bool verifies = true)
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
                    #pragma warning disable CA5359 // the operator has said so for this origin (https+insecure)
                    RemoteCertificateValidationCallback = verifies ? tls.RemoteCertificateValidationCallback : static (_, _, _, _) => true,
#pragma warning restore CA5359
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
