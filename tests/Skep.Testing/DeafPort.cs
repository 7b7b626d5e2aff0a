using System.Net;
using System.Net.Sockets;

namespace Skep.Testing;

/// <summary>A port of this machine that is bound and where nobody listens: connections are refused, and nobody else can get it.</summary>
public sealed class DeafPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeafPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    public void Dispose() => _socket.Dispose();
}
