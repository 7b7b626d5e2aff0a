using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Skep.Edge.Transport;

/// <summary>A listening socket. Kestrel asks for one connection after the other; each is given to a loop in turn.</summary>
/// <remarks>Several processes may share the socket. The kernel tells all of them of a new connection; those that have more than another
/// leave it to that one for a moment, and take it when it is still there then: a process that hangs keeps nobody waiting for long. What
/// nobody has taken yet is nobody's, so no process takes any along when it ends.</remarks>
internal sealed partial class SocketListener : IConnectionListener, IEventTarget, IValueTaskSource<ConnectionContext?>, IThreadPoolWorkItem
{
    private const int Backlog = 4096;

    // Where new connections cannot be kept away, clients that reconnect after each answer could keep the queue from ever being empty.
    private static readonly TimeSpan _emptyQueueWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _afterShortage = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _leftToOthers = TimeSpan.FromMilliseconds(2);

    private readonly SocketTransport _transport;
    private readonly Socket _socket;
    private readonly EventLoop _loop;
    private readonly int _descriptor;
    private readonly SharedAccept? _shared;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ManualResetValueTaskSourceCore<ConnectionContext?> _source;
    private ConnectionContext? _accepted;
    private Timer? _retry;
    private long _stopping;
    private bool _waiting;
    private bool _isClosed;

    public SocketListener(SocketTransport transport, Socket bound, SharedAccept? shared)
    {
        _transport = transport;
        _socket = bound;
        _shared = shared;

        _descriptor = (int)bound.Handle;
        // Accepted sockets inherit both.
        if (bound.ProtocolType == ProtocolType.Tcp)
        {
            bound.NoDelay = true;
            LocalPeer.PrepareListener(_descriptor);
        }

        bound.Listen(Backlog);
        LibC.SetNonBlocking(_descriptor);
        EndPoint = bound.LocalEndPoint!;
        _loop = transport.Loops.Next();
        shared?.Load.Join(shared.Slot);
        if (!_loop.TryAdd(_descriptor, this))
            throw new IOException($"{EndPoint} cannot be listened on: the kernel is short of memory for it (errno {Marshal.GetLastPInvokeError()}).");
    }

    public EndPoint EndPoint { get; }

    public long EventKey { get; set; }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (!MustYield() && TryAccept(out ConnectionContext? connection))
                return new ValueTask<ConnectionContext?>(connection);
            _waiting = true;
            _source.Reset();
            return new ValueTask<ConnectionContext?>(this, _source.Version);
        }
    }

    public void OnChanges(uint changes)
    {
        if (_shared is not null)
        {
            lock (_gate)
            {
                if (!_waiting || MustYield())
                    return;
            }
        }

        Retry();
    }

    /// <summary>Stops listening at once: what waits in the kernel's queue is for the other processes that have the socket.</summary>
    public void Leave()
    {
        lock (_gate)
            Close();
        if (TryEndWait())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Stops listening once the kernel's queue is empty: what waits there has been accepted in its client's eyes.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_stopping == 0 && !_isClosed)
            {
                NewConnectionFilter.Attach(_socket);
                _stopping = TimeProvider.System.GetTimestamp();
            }
        }

        if (TryEndWait())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        await _unbound.Task.WaitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
            Close();
        return ValueTask.CompletedTask;
    }

    ConnectionContext? IValueTaskSource<ConnectionContext?>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ConnectionContext?>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ConnectionContext?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IThreadPoolWorkItem.Execute() => _source.SetResult(_accepted);

    private bool TryEndWait()
    {
        lock (_gate)
        {
            if (!_waiting || !TryAccept(out _accepted))
                return false;
            _waiting = false;
            return true;
        }
    }

    /// <summary>Whether another process should take the next connection; then this one looks again soon.</summary>
    private bool MustYield()
    {
        if (_shared is null || _isClosed || _stopping != 0 || !_shared.Load.IsAhead(_shared.Slot))
            return false;
        RetryAfter(_leftToOthers);
        return true;
    }

    private void RetryAfter(TimeSpan pause)
    {
        _retry ??= new Timer(static listener => ((SocketListener)listener!).Retry(), this, Timeout.Infinite, Timeout.Infinite);
        _retry.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private void Retry()
    {
        if (TryEndWait())
            _source.SetResult(_accepted);
    }

    /// <summary>The next connection; null when there will be none any more; false when one must wait.</summary>
    private unsafe bool TryAccept(out ConnectionContext? connection)
    {
        connection = null;
        byte* address = stackalloc byte[SocketAddresses.Size];
        while (!_isClosed && (_stopping == 0 || TimeProvider.System.GetElapsedTime(_stopping) < _emptyQueueWithin))
        {
            int length = SocketAddresses.Size;
            int accepted = LibC.accept4(_descriptor, address, &length, LibC.NonBlocking | LibC.CloseOnExec);
            if (accepted >= 0 && (connection = Connect(accepted, SocketAddresses.Read(address, length))) is not null)
                return true;

            int error = Marshal.GetLastPInvokeError();
            if (error == LibC.Again && _stopping == 0)
                return false;
            if (error == LibC.Again)
                break;
            if (!LibC.IsShortage(error))
                continue; // this client has gone again
            OutOfDescriptors(_transport.Log, error);
            RetryAfter(_afterShortage);
            return false;
        }

        Close();
        return true;
    }

    /// <summary>The connection; null, with the cause as the last error, when the kernel is short of memory for it.</summary>
    private SocketConnection? Connect(int accepted, IPEndPoint? remote)
    {
        var bound = (IPEndPoint)EndPoint;
        LocalPeer.Adjust(accepted, remote?.Address);
        bool any = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        var connection = new SocketConnection(_transport, _transport.Loops.Next(), accepted, any ? SocketAddresses.Local(accepted) : bound, remote);
        _transport.OnConnectionAccepted();
        if (connection.TryStart())
            return connection;
        int error = Marshal.GetLastPInvokeError();
        _ = LibC.close(accepted);
        _transport.OnConnectionClosed();
        Marshal.SetLastPInvokeError(error);
        return null;
    }

    private void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        if (_shared is not null)
            _loop.RemoveShared(_descriptor, this);
        else
            _loop.Remove(this);
        _socket.Dispose();
        _retry?.Dispose();
        _unbound.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No connection can be accepted now: too many files are open, or memory is short (errno {Error}). Raise the limit of open files (ulimit -n).")]
    private static partial void OutOfDescriptors(ILogger log, int error);
}
