using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Skep.Edge.Transport;

/// <summary>A client's TCP connection, for Kestrel. Closing it follows Kestrel's own transport: FIN when everything was sent, RST
/// when it is aborted.</summary>
internal sealed partial class SocketConnection : ConnectionContext, IMovableTarget, IDuplexPipe, IThreadPoolWorkItem,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    private const int MostDiscarded = 1 << 20;

    private static long _lastId = DateTime.UtcNow.Ticks;

    private readonly SocketTransport _transport;
    private readonly SocketReader _input;
    private readonly SocketWriter _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _closedTold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EventLoop _loop;
    private IDictionary<object, object?>? _items;
    private string? _id;
    private bool _closedFired;
    private bool _isWatched;
    private uint _deferredChanges;

    public SocketConnection(SocketTransport transport, EventLoop loop, int descriptor, IPEndPoint? local, IPEndPoint? remote)
    {
        _transport = transport;
        _loop = loop;
        Descriptor = descriptor;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        _input = new SocketReader(this);
        _output = new SocketWriter(this);
        Transport = this;
        ConnectionClosed = _closed.Token;
        Features = new FeatureCollection(8);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
    }

    /// <summary>Guards reader, writer and descriptor: a descriptor that was closed may be another client's a moment later.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The socket; -1 once it is closed. Use it under the gate.</summary>
    public int Descriptor { get; private set; }

    public bool IsClosed => Descriptor < 0;

    public long EventKey { get; set; }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _lastId).ToString("X");
        set => _id = value;
    }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items { get => _items ??= new ConnectionItems(); set => _items = value; }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>What sends to the client, when nothing lies between Kestrel and the socket; null with TLS.</summary>
    public SocketWriter? Direct => Transport == this ? _output : null;

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Lets the loop watch it, from the start: that the client goes must be seen while its first request runs. False when
    /// the kernel is short of memory for it.</summary>
    public bool TryStart()
    {
        lock (Gate)
            return _isWatched = _loop.TryAdd(Descriptor, this);
    }

    public void OnChanges(uint changes)
    {
        uint toReader = changes & ~EpollSet.Writable;
        bool sent = (changes & ~(EpollSet.Readable | EpollSet.PeerFinished)) != 0 && _output.TrySend();
        if (!sent)
        {
            if (toReader != 0)
                _input.OnChanges(toReader);
            return;
        }

        if (toReader != 0)
        {
            // What waits for the flush may compute for long: the reader's part must not wait for it.
            Interlocked.Or(ref _deferredChanges, toReader);
            EventLoop.RunSoon(this);
        }

        _output.Settle();
    }

    /// <summary>Bytes were sent or received. Called under the gate.</summary>
    public void CountWork(int bytes) => _loop.CountWork(bytes);

    public void MoveTo(EventLoop loop)
    {
        lock (Gate)
        {
            if (IsClosed || loop == _loop || _loop.TryMove(Descriptor, this, loop, out _loop))
                return;
            _isWatched = false;
            Close(new ConnectionAbortedException("The kernel is short of memory for the connection."));
        }
    }

    void IThreadPoolWorkItem.Execute() => _input.OnChanges(Interlocked.Exchange(ref _deferredChanges, 0));

    public override void Abort() => Abort(new ConnectionAbortedException("The connection was aborted by the server."));

    public override void Abort(ConnectionAbortedException abortReason)
    {
        lock (Gate)
            Close(abortReason);
    }

    /// <summary>Closes the socket: in order, or (with a reason) by a reset. Called under the gate.</summary>
    public unsafe void Close(Exception? abortReason)
    {
        if (IsClosed)
            return;
        int descriptor = Descriptor;
        Descriptor = -1;
        if (abortReason is null)
        {
            _ = LibC.shutdown(descriptor, LibC.ShutdownWrite);
            Discard(descriptor);
        }
        else
        {
            (int On, int Seconds) linger = (1, 0);
            _ = LibC.setsockopt(descriptor, LibC.SolSocket, LibC.SoLinger, &linger, sizeof(int) * 2);
        }

        _ = LibC.close(descriptor);
        if (_isWatched)
            _loop.Remove(this);
        _input.OnClosed(abortReason ?? new ConnectionAbortedException("The connection was closed after everything was sent."));
        _output.OnClosed();
        FireClosed();
    }

    /// <summary>Tells <see cref="ConnectionClosed"/>, on the pool: whoever finds the end may hold locks or an isolate. Called under
    /// the gate.</summary>
    public void FireClosed()
    {
        if (_closedFired)
            return;
        _closedFired = true;
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.TellClosed(), this, preferLocal: false);
    }

    /// <summary>Kestrel has finished with it.</summary>
    public override async ValueTask DisposeAsync()
    {
        _input.Complete();
        _output.Complete();
        await _output.WhenAllSentAsync();
        lock (Gate)
            Close(null);
        await _closedTold.Task;
        _closed.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Takes what was sent and never read: with it in the socket, closing would reset the connection, and the client might lose
    /// the answer that it was sent instead.</summary>
    private static unsafe void Discard(int descriptor)
    {
        Segment scratch = Segment.Rent();
        fixed (byte* bytes = scratch.FreeSpan)
        {
            for (int left = MostDiscarded; left > 0; left -= scratch.Room)
            {
                if (LibC.recv(descriptor, bytes, scratch.Room, 0) <= 0)
                    break;
            }
        }

        scratch.Return();
    }

    private void TellClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException fault)
        {
            CallbackFailed(_transport.Log, fault, ConnectionId);
        }
        finally
        {
            _transport.OnConnectionClosed();
            _closedTold.TrySetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What was to be done at the end of connection {ConnectionId} failed.")]
    private static partial void CallbackFailed(ILogger log, Exception fault, string connectionId);
}
