using Skep.Abstractions.Channels;
using Skep.Edge.Outbound.Connections;

namespace Skep.Edge.Outbound.Tcp;

/// <summary>Opens workers' TCP connections: to whatever the address guard allows, and never to a mail server.</summary>
internal sealed class TcpConnector(OriginConnector connector)
{
    private const int SmtpPort = 25;

    /// <summary>A connection to the host.</summary>
    /// <exception cref="SubrequestException">There is none; the first part of the message is Cloudflare's.</exception>
    public async ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation)
    {
        if (port == SmtpPort)
            throw new SubrequestException("Connections to port 25 are prohibited. Use a mail provider's HTTP API, or its port for submission.");
        var endpoint = new OriginEndpoint(host, port, secure);
        try
        {
            return new TcpConnection(await connector.ConnectAsync(endpoint, protocols: null, cancellation), endpoint, connector);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            string reason = SubrequestErrors.Describe(error, endpoint).Message;
            throw new SubrequestException($"proxy request failed, cannot connect to the specified address. {reason}", error);
        }
    }
}
