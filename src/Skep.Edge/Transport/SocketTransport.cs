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
internal sealed class SocketTransport(EventLoopGroup loops, ILoggerFactory loggers) : IConnectionListenerFactory
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
        Socket socket;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(error.Message, error);
        }

        var listener = new SocketListener(this, socket);
        _listeners.Add(listener);
        return ValueTask.FromResult<IConnectionListener>(listener);
    }

    public async Task StopAcceptingAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_listeners.Select(listener => listener.UnbindAsync(cancellation).AsTask()));
        _stopped = true;
        if (Volatile.Read(ref _connections) == 0)
            _allClosed.TrySetResult();
    }

    /// <summary>Waits until the last connection is closed, but no longer than <paramref name="atMost"/>.</summary>
    public async Task WaitUntilAllClosedAsync(TimeSpan atMost, CancellationToken cancellation) =>
        await Task.WhenAny(_allClosed.Task, Task.Delay(atMost, cancellation));

    public void OnConnectionAccepted() => Interlocked.Increment(ref _connections);

    public void OnConnectionClosed()
    {
        if (Interlocked.Decrement(ref _connections) == 0 && _stopped)
            _allClosed.TrySetResult();
    }
}
