using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>Writes a stream to the other process: as much at a time as that reads.</summary>
internal sealed class PeerPipeWriter : PipeWriter, IPeerItem
{
    private const int Piece = 64 << 10;
    private const int Least = 4096;

    private readonly PeerConnection _peer;
    private readonly Lock _gate = new();
    private byte[] _buffer = [];
    private int _sent;
    private int _written;
    private int _credit = InboundBody.Window;
    private TaskCompletionSource? _granted;
    private bool _stopped;
    private bool _completed;
    private bool _flushCancelled;

    private PeerPipeWriter(PeerConnection peer) => _peer = peer;

    public uint Id { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written - _sent;

    /// <summary>A stream that this side numbers.</summary>
    public static PeerPipeWriter Offer(PeerConnection peer)
    {
        PeerPipeWriter writer = new(peer);
        writer.Id = peer.Add(writer);
        return writer;
    }

    /// <summary>A stream that the other side numbered.</summary>
    public static PeerPipeWriter Accept(PeerConnection peer, uint id)
    {
        PeerPipeWriter writer = new(peer) { Id = id };
        peer.Accept(id, writer);
        return writer;
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _written);
        _written += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_written);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_written);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // What was held back goes now, be it nothing but the head.
        if (UnflushedBytes == 0) _peer.Flush();
        return TrySend() ? new(Flushed()) : new(SendAsync(cancellationToken));
    }

    public override void CancelPendingFlush()
    {
        lock (_gate)
        {
            _flushCancelled = true;
            _granted?.TrySetResult();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (_completed) return;
        _completed = true;
        // What was written is written: the other side has room for it, or reads it when it has.
        if (exception is null)
        {
            while (_sent < _written && !_stopped) SendPiece(Math.Min(Piece, _written - _sent));
        }

        if (_peer.Remove(Id))
        {
            if (exception is null) _peer.Send(FrameKind.StreamEnd, Id);
            else _peer.Send(FrameKind.StreamFail, Id, Encoding.UTF8.GetBytes(exception.Message));
        }

        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _sent = _written = 0;
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.StreamCredit when payload.Length == sizeof(int):
                lock (_gate)
                {
                    _credit += BinaryPrimitives.ReadInt32LittleEndian(payload);
                    _granted?.TrySetResult();
                }

                break;
            case FrameKind.StreamCancel:
                _peer.Remove(Id);
                Lost();
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no stream that is sent.");
        }
    }

    public void Lost()
    {
        lock (_gate)
        {
            _stopped = true;
            _granted?.TrySetResult();
        }
    }

    private void Reserve(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _written >= needed) return;
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(Least, Math.Max(_written + needed, _buffer.Length * 2)));
        _buffer.AsSpan(0, _written).CopyTo(bigger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = bigger;
    }

    /// <summary>Sends what may be sent; true when that was all, or nobody wants it.</summary>
    private bool TrySend()
    {
        for (;;)
        {
            int most;
            lock (_gate)
            {
                if (_stopped)
                {
                    _sent = _written = 0;
                    return true;
                }

                if (_sent == _written)
                {
                    _sent = _written = 0;
                    // The next write waits, not this one: its bytes are on their way.
                    return true;
                }

                if (_credit <= 0) return false;
                most = Math.Min(Math.Min(Piece, _credit), _written - _sent);
                _credit -= most;
            }

            SendPiece(most);
        }
    }

    private void SendPiece(int count)
    {
        _peer.Send(FrameKind.StreamData, Id, _buffer.AsSpan(_sent, count));
        _sent += count;
    }

    private async Task<FlushResult> SendAsync(CancellationToken cancellation)
    {
        for (;;)
        {
            Task granted;
            lock (_gate)
            {
                if (_flushCancelled) return Flushed();
                if (_credit > 0 || _stopped) granted = Task.CompletedTask;
                else granted = (_granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await granted.WaitAsync(cancellation);
            if (TrySend()) return Flushed();
        }
    }

    private FlushResult Flushed()
    {
        lock (_gate)
        {
            var cancelled = _flushCancelled;
            _flushCancelled = false;
            return new FlushResult(cancelled, _stopped || _peer.IsClosed);
        }
    }
}
