using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>A TCP connection that was opened from here. What it brings is received, and what waits for it goes on, on the thread that
/// leads its loop.</summary>
/// <remarks>One read and one write may be under way at a time. Errors are told as by <see cref="NetworkStream"/>.</remarks>
internal sealed partial class SocketStream : Stream, IMovableTarget
{
    private readonly Lock _gate = new();
    private readonly SocketOperation _receiving;
    private readonly SocketOperation _sending;
    private EventLoop _loop;
    private int _descriptor;
    private Memory<byte> _target;
    private SplicePipe? _pipe;
    private int _mostSpliced;
    private ReadOnlyMemory<byte> _unsent;
    private SocketException? _failure;

    // The send operation stands for the connect until that has ended.
    private bool _connecting;
    private bool _isWatched;

    // There may be something in the socket: since the last change that the loop told, until a receive did not fill its buffer.
    private bool _ready;
    private bool _peerFinished;
    private bool _atEnd;

    private SocketStream(EventLoop loop, int descriptor, IPEndPoint remote)
    {
        (_loop, _descriptor, RemoteEndPoint) = (loop, descriptor, remote);
        _receiving = new SocketOperation(_gate);
        _sending = new SocketOperation(_gate);
    }

    /// <summary>Whose thread goes on with what waits for this connection.</summary>
    public EventLoop Loop => Volatile.Read(ref _loop);

    public long EventKey { get; set; }

    public IPEndPoint RemoteEndPoint { get; }

    public IPEndPoint? LocalEndPoint
    {
        get
        {
            lock (_gate)
                return IsClosed ? null : SocketAddresses.Local(_descriptor);
        }
    }

    /// <summary>True while the other side neither says anything nor has ended.</summary>
    public unsafe bool IsQuiet
    {
        get
        {
            lock (_gate)
            {
                if (IsClosed || _atEnd || _peerFinished || _failure is not null)
                    return false;
                var request = new LibC.PollRequest { Descriptor = _descriptor, Asked = LibC.PollReadable };
                return LibC.poll(&request, 1, 0) == 0;
            }
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private bool IsClosed => _descriptor < 0;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReceiveAsync(buffer, pipe: null, mostSpliced: 0, cancellationToken);

    /// <summary>Receives into an empty pipe; how much, 0 at the end.</summary>
    public ValueTask<int> SpliceAsync(SplicePipe pipe, int most, CancellationToken cancellation) => ReceiveAsync(default, pipe, most, cancellation);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            if (TrySend(ref buffer, out SocketException? failure))
                return failure is null ? ValueTask.CompletedTask : ValueTask.FromException(Broken(failure));
            _sending.Begin(cancellationToken);
            _unsent = buffer;
            return new ValueTask(_sending, _sending.Version);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Says that nothing more will be written; reading goes on.</summary>
    public void EndWriting()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            if (LibC.shutdown(_descriptor, LibC.ShutdownWrite) < 0)
                throw SocketErrors.From(Marshal.GetLastPInvokeError());
        }
    }

    public void OnChanges(uint changes)
    {
        bool received;
        bool sent;
        lock (_gate)
        {
            if (IsClosed)
                return;
            if ((changes & ~EpollSet.Writable) != 0)
            {
                _ready = true;
                _peerFinished |= (changes & (EpollSet.PeerFinished | EpollSet.HungUp | EpollSet.Failed)) != 0;
            }

            received = _receiving.IsWaiting && TryEndReceive();
            sent = _sending.IsWaiting && (changes & ~(EpollSet.Readable | EpollSet.PeerFinished)) != 0 && TryEndSend();
        }

        // What waits for the one may compute for long: the other must not wait for it.
        if (received && sent)
            EventLoop.RunSoon(_receiving);
        else if (received)
            _receiving.Settle();
        if (sent)
            _sending.Settle();
    }

    public void MoveTo(EventLoop loop)
    {
        lock (_gate)
        {
            if (IsClosed || !_isWatched || loop == _loop || _loop.TryMove(_descriptor, this, loop, out _loop))
                return;
            _isWatched = false;
            CloseSocket();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            CloseSocket();
        base.Dispose(disposing);
    }

    private static IOException Broken(SocketException failure) => new($"The connection failed: {failure.Message}", failure);

    private void CloseSocket()
    {
        lock (_gate)
        {
            if (IsClosed)
                return;
            int descriptor = _descriptor;
            _descriptor = -1;
            _ = LibC.shutdown(descriptor, LibC.ShutdownBoth);
            _ = LibC.close(descriptor);
            if (_isWatched)
                _loop.Remove(this);
            (_target, _pipe, _unsent) = (default, null, default);
            _receiving.Fail(Broken(new SocketException((int)SocketError.OperationAborted)));
            _sending.Fail(Broken(new SocketException((int)SocketError.OperationAborted)));
        }
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> buffer, SplicePipe? pipe, int mostSpliced, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            if (TryReceive(buffer.Span, pipe, mostSpliced, out int count))
                return _failure is null ? new ValueTask<int>(count) : ValueTask.FromException<int>(Broken(_failure));
            _receiving.Begin(cancellation);
            (_target, _pipe, _mostSpliced) = (buffer, pipe, mostSpliced);
            return new ValueTask<int>(_receiving, _receiving.Version);
        }
    }

    private bool TryEndReceive()
    {
        if (!TryReceive(_target.Span, _pipe, _mostSpliced, out int count))
            return false;
        (_target, _pipe) = (default, null);
        _receiving.End(count, _failure is null ? null : Broken(_failure));
        return true;
    }

    private bool TryEndSend()
    {
        if (_connecting)
        {
            _connecting = false;
            _sending.End(0, ConnectFailure());
            return true;
        }

        if (!TrySend(ref _unsent, out SocketException? failure))
            return false;
        _unsent = default;
        _sending.End(0, failure is null ? null : Broken(failure));
        return true;
    }

    /// <summary>True when something was received, into the pipe if there is one, or never will be again: the end, or a failure. An empty
    /// buffer only asks.</summary>
    private bool TryReceive(Span<byte> buffer, SplicePipe? pipe, int mostSpliced, out int received)
    {
        received = 0;
        if (_atEnd || _failure is not null)
            return true;
        if (!_ready)
            return false;
        bool onlyAsks = buffer.IsEmpty && pipe is null;
        nint count;
        int error = 0;
        do
            count = pipe is null ? Receive(buffer) : pipe.Fill(_descriptor, mostSpliced);
        while (count < 0 && (error = Marshal.GetLastPInvokeError()) == LibC.Interrupted);

        if (count > 0)
        {
            // A pipe may be full before the socket is empty.
            _ready = onlyAsks || pipe is not null || count == buffer.Length || _peerFinished;
            received = onlyAsks ? 0 : (int)count;
            return true;
        }

        _ready = false;
        if (count == 0)
            _atEnd = true;
        else if (error == LibC.Again)
            return false;
        else
            _failure = SocketErrors.From(error);
        return true;
    }

    private unsafe nint Receive(Span<byte> buffer)
    {
        byte probe;
        fixed (byte* bytes = buffer)
            return buffer.IsEmpty ? LibC.recv(_descriptor, &probe, 1, LibC.Peek) : LibC.recv(_descriptor, bytes, buffer.Length, 0);
    }

    /// <summary>True when everything was sent, or never will be; what is left of it when not.</summary>
    private bool TrySend(ref ReadOnlyMemory<byte> unsent, out SocketException? failure)
    {
        unsent = unsent[LibC.SendUntilFull(_descriptor, unsent.Span, LibC.NoSignal, out int error)..];
        failure = error is 0 or LibC.Again ? null : SocketErrors.From(error);
        return error != LibC.Again;
    }
}
