using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Skep.Edge.Transport;

namespace Skep.Edge.Listeners;

/// <summary>The sockets of a server whose requests are answered by other processes: those inherit the sockets and accept from them. Their
/// queues live as long as one process has them, so that a connection survives the process that would have accepted it.</summary>
public sealed class ListeningSockets : IDisposable
{
    private const int Backlog = 4096;

    private readonly ImmutableArray<Socket> _sockets;

    private ListeningSockets(ImmutableArray<Socket> sockets) => _sockets = sockets;

    /// <summary>What a process that is to accept must inherit.</summary>
    public ImmutableArray<int> Descriptors => [.. _sockets.Select(socket => (int)socket.Handle)];

    /// <summary>Where clients connect, with the port that was chosen.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_sockets[0].LocalEndPoint!;

    /// <summary>Binds every address and begins to queue connections.</summary>
    /// <exception cref="IOException">An address cannot be bound; the message says which and why.</exception>
    public static ListeningSockets Bind(ListenerOptions options)
    {
        var sockets = ImmutableArray.CreateBuilder<Socket>();
        try
        {
            foreach (IPEndPoint endPoint in options.EndPoints)
            {
                Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
                sockets.Add(socket);
                socket.Listen(Backlog);
            }
        }
        catch (SocketException error)
        {
            foreach (Socket socket in sockets)
                socket.Dispose();
            throw new IOException(ListenFailure.Explain(error, $"{options.Host}:{options.Port}"), error);
        }

        return new ListeningSockets(sockets.ToImmutable());
    }

    /// <summary>Keeps further connections away, for every process; those in the queues can still be accepted.</summary>
    public void TurnAway()
    {
        foreach (Socket socket in _sockets)
            NewConnectionFilter.Attach(socket);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }
}
