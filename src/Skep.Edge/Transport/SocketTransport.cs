using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Skep.Edge.Transport;

/// <summary>TCP for Kestrel, with event loops that run requests on the thread that received them, and with the two things that an
/// orderly end needs: to stop accepting while connections go on, and to know when the last one is closed.</summary>
/// <param name="loops">The event loops of its connections.</param>
/// <param name="loggers">Where shortage of descriptors is reported.</param>
/// <param name="shared">Sockets that other processes accept from, too; null to bind own ones.</param>
internal sealed class SocketTransport(EventLoopGroup loops, ILoggerFactory loggers, SharedAccept? shared) : IConnectionListenerFactory
{
    private readonly List<SocketListener> _listeners = [];
    private readonly TaskCompletionSource _allClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private volatile bool _stopped;

    public EventLoopGroup Loops => loops;

    public ILogger Log { get; } = loggers.CreateLogger<SocketTransport>();

    public IReadOnlyList<IPEndPoint> EndPoints => [.. _listeners.Select(listener => (IPEndPoint)listener.EndPoint)];

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (shared is not null)
            return ValueTask.FromResult<IConnectionListener>(Listen(Inherited(shared)));
        Socket socket;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(error.Message, error);
        }

        return ValueTask.FromResult<IConnectionListener>(Listen(socket));
    }

    /// <summary>Stops accepting; what is in the queues is for the other processes that share the sockets.</summary>
    public void LeaveSockets()
    {
        shared?.Load.Leave(shared.Slot);
        foreach (SocketListener listener in _listeners)
            listener.Leave();
        OnStopped();
    }

    public async Task StopAcceptingAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_listeners.Select(listener => listener.UnbindAsync(cancellation).AsTask()));
        OnStopped();
    }

    /// <summary>Waits until the last connection is closed, but no longer than <paramref name="atMost"/>.</summary>
    public async Task WaitUntilAllClosedAsync(TimeSpan atMost, CancellationToken cancellation) =>
        await Task.WhenAny(_allClosed.Task, Task.Delay(atMost, cancellation));

    public void OnConnectionAccepted()
    {
        Interlocked.Increment(ref _connections);
        shared?.Load.Change(shared.Slot, 1);
    }

    public void OnConnectionClosed()
    {
        shared?.Load.Change(shared.Slot, -1);
        if (Interlocked.Decrement(ref _connections) == 0 && _stopped)
            _allClosed.TrySetResult();
    }

    private SocketListener Listen(Socket socket)
    {
        var listener = new SocketListener(this, socket, shared);
        _listeners.Add(listener);
        return listener;
    }

    // Addresses are bound in the order of the options, here as there. Ports may have been chosen by the system.
    private Socket Inherited(SharedAccept shared) => _listeners.Count < shared.Sockets.Length
        ? new Socket(new SafeSocketHandle(shared.Sockets[_listeners.Count], ownsHandle: true))
        : throw new IOException($"There are {shared.Sockets.Length} inherited sockets, and one more address to listen on.");

    private void OnStopped()
    {
        _stopped = true;
        if (Volatile.Read(ref _connections) == 0)
            _allClosed.TrySetResult();
    }
}
