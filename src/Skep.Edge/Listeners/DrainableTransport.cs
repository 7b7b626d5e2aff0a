using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Skep.Edge.Listeners;

/// <summary>Kestrel's socket transport, with the two things an orderly end needs and Kestrel does not offer: to stop
/// accepting while connections go on, and to know when the last one is closed.</summary>
internal sealed class DrainableTransport : IConnectionListenerFactory
{
    private readonly SocketTransportFactory _sockets;
    private readonly List<Listener> _listeners = [];
    private readonly TaskCompletionSource _allClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _lastCreated;
    private int _connections;
    private volatile bool _stopped;

    public DrainableTransport(SocketTransportOptions options, ILoggerFactory loggers)
    {
        // The listening socket is made here, to ask it whether connections still wait to be accepted.
        Func<EndPoint, Socket> create = options.CreateBoundListenSocket;
        options.CreateBoundListenSocket = endPoint => _lastCreated = create(endPoint);
        _sockets = new SocketTransportFactory(Options.Create(options), loggers);
    }

    public IReadOnlyList<IPEndPoint> EndPoints => [.. _listeners.Select(listener => (IPEndPoint)listener.EndPoint)];

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener inner = await _sockets.BindAsync(endpoint, cancellationToken);
        var listener = new Listener(this, inner, _lastCreated!);
        _listeners.Add(listener);
        return listener;
    }

    public async Task StopAcceptingAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_listeners.Select(listener => listener.StopAcceptingAsync(cancellation)));
        _stopped = true;
        if (Volatile.Read(ref _connections) == 0)
            _allClosed.TrySetResult();
    }

    /// <summary>Waits until the last connection is closed, but no longer than <paramref name="atMost"/>.</summary>
    public async Task WaitUntilAllClosedAsync(TimeSpan atMost, CancellationToken cancellation) =>
        await Task.WhenAny(_allClosed.Task, Task.Delay(atMost, cancellation));

    // From the accept on: a connection that Kestrel has not begun to read counts too.
    private void Count(ConnectionContext connection)
    {
        Interlocked.Increment(ref _connections);
        connection.ConnectionClosed.UnsafeRegister(static transport => ((DrainableTransport)transport!).CountClosed(), this);
    }

    private void CountClosed()
    {
        if (Interlocked.Decrement(ref _connections) == 0 && _stopped)
            _allClosed.TrySetResult();
    }

    private sealed class Listener(DrainableTransport transport, IConnectionListener inner, Socket socket) : IConnectionListener
    {
        // Clients that reconnect after each answer could keep a queue from ever being empty.
        private static readonly TimeSpan _emptyQueueWithin = TimeSpan.FromSeconds(1);
        private readonly SemaphoreSlim _accepted = new(0, 1);
        private Task? _stopping;
        private volatile bool _emptying;

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            ConnectionContext? connection = await inner.AcceptAsync(cancellationToken);
            if (connection is not null)
                transport.Count(connection);
            if (_emptying && _accepted.CurrentCount == 0)
                _accepted.Release();
            return connection;
        }

        /// <summary>Closes the socket once the kernel's queue is empty: what waits there has been accepted in its client's eyes.</summary>
        public Task StopAcceptingAsync(CancellationToken cancellation) => _stopping ??= StopAsync(cancellation);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => new(StopAcceptingAsync(cancellationToken));

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private async Task StopAsync(CancellationToken cancellation)
        {
            _emptying = true;
            long start = TimeProvider.System.GetTimestamp();
            while (socket.Poll(0, SelectMode.SelectRead) && TimeProvider.System.GetElapsedTime(start) < _emptyQueueWithin)
                await _accepted.WaitAsync(TimeSpan.FromMilliseconds(10), cancellation);
            await inner.UnbindAsync(cancellation);
        }
    }
}
