using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Skep.Edge.Tls;
using Skep.Edge.Transport;

namespace Skep.Edge.Listeners;

/// <summary>The sockets of a server whose requests are answered by other processes: those inherit the sockets and accept from them. Their
/// queues live as long as one process has them, so that a connection survives the process that would have accepted it.</summary>
public sealed class ListeningSockets : IDisposable
{
    private const int Backlog = 4096;

    private readonly ImmutableArray<Socket> _sockets;
    private readonly ImmutableArray<ListenerProtocol> _protocols;

    private ListeningSockets(ImmutableArray<Socket> sockets, ImmutableArray<ListenerProtocol> protocols) => (_sockets, _protocols) = (sockets, protocols);

    /// <summary>What a process that is to accept must inherit.</summary>
    public ImmutableArray<int> Descriptors => [.. _sockets.Select(socket => (int)socket.Handle)];

    /// <summary>Where clients connect, with the ports that were chosen, and what is spoken there.</summary>
    public ImmutableArray<ListeningEndpoint> Listening =>
        [.. _sockets.Zip(_protocols, static (socket, protocol) => new ListeningEndpoint((IPEndPoint)socket.LocalEndPoint!, protocol))];

    /// <summary>Binds every address and begins to queue connections.</summary>
    /// <exception cref="IOException">An address cannot be bound; the message says which and why.</exception>
    public static ListeningSockets Bind(ListenerOptions options)
    {
        var sockets = ImmutableArray.CreateBuilder<Socket>();
        var protocols = ImmutableArray.CreateBuilder<ListenerProtocol>();
        var where = "";
        try
        {
            foreach ((ListenerEndpoint endpoint, IPEndPoint address) in KestrelConfiguration.Addresses(options))
            {
                where = $"{endpoint.Host}:{endpoint.Port}";
                Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(address);
                sockets.Add(socket);
                protocols.Add(endpoint.Protocol);
                socket.Listen(Backlog);
            }
        }
        catch (SocketException error)
        {
            foreach (Socket socket in sockets)
                socket.Dispose();
            throw new IOException(ListenFailure.Explain(error, where), error);
        }

        return new ListeningSockets(sockets.ToImmutable(), protocols.ToImmutable());
    }

    /// <summary>Looks whether the certificates can be used, and makes the authority when there are none: what is wrong is said once, and
    /// several processes find the same authority.</summary>
    /// <exception cref="IOException">A certificate cannot be read.</exception>
    public static void CheckCertificates(ListenerOptions options)
    {
        if (KestrelConfiguration.UsesTls(options))
            new CertificateStore(options.Tls, NullLogger.Instance, TimeProvider.System).Dispose();
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
