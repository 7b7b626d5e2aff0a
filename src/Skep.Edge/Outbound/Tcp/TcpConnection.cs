using System.Net.Security;
using System.Net.Sockets;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound.Connections;

namespace Skep.Edge.Outbound.Tcp;

/// <summary>A worker's TCP connection.</summary>
internal sealed class TcpConnection(OriginConnection connection, OriginEndpoint endpoint, OriginConnector connector) : SocketConnection
{
    private Stream _stream = connection.Stream;

    public override Stream Stream => _stream;

    public override string RemoteAddress { get; } = $"{connection.Socket.RemoteEndPoint}";

    public override string LocalAddress { get; } = $"{connection.Socket.LocalEndPoint}";

    public override async ValueTask EndWritingAsync()
    {
        try
        {
            if (_stream is SslStream encrypted)
                await encrypted.ShutdownAsync();
            connection.Socket.EndWriting();
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("The connection is broken.", broken);
        }
    }

    public override async ValueTask StartTlsAsync(string? serverName, CancellationToken cancellation)
    {
        try
        {
            _stream = await connector.EncryptAsync(_stream, serverName ?? endpoint.Host, protocols: null, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw SubrequestErrors.Describe(error, endpoint);
        }
    }

    public override ValueTask DisposeAsync() => _stream.DisposeAsync();
}
