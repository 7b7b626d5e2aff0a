using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>Writes a stream to the other process: as much at a time as that reads.</summary>
/// <remarks>While a flush waits for the reader, more may be written: it is in another buffer than what the flush sends, which happens on any
/// thread. The gate guards all but the buffer that is written.</remarks>
internal sealed class PeerPipeWriter : PipeWriter, IPeerItem
{
    private const int Piece = 64 << 10;
    private const int Least = 4096;

    private readonly PeerConnection _peer;
    private readonly Lock _gate = new();
    private readonly Queue<Part> _unsent = new();
    private byte[] _buffer = [];
    private int _written;
    private int _credit = InboundBody.Window;
    private TaskCompletionSource? _granted;
    private bool _stopped;
    private bool _completed;
    private bool _flushCancelled;

    private PeerPipeWriter(PeerConnection peer) => _peer = peer;

    public uint Id { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written;

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

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        // Whoever ends a connection does so while others write to it.
        lock (_gate)
        {
            Reserve(source.Length);
            source.Span.CopyTo(_buffer.AsSpan(_written));
            _written += source.Length;
        }

        return FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // What was held back goes now, be it nothing but the head.
        if (_written == 0) _peer.Flush();
        lock (_gate)
        {
            SendWritten();
            if (_unsent.Count == 0) return new(TakeResult());
        }

        return new(SendAsync(cancellationToken));
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
        lock (_gate)
        {
            if (_completed) return;
            _completed = true;
            // What was written is written: the other side has room for it, or reads it when it has.
            if (exception is null) _credit = int.MaxValue;
            else _stopped = true;
            SendWritten();
            if (_peer.Remove(Id))
            {
                if (exception is null) _peer.Send(FrameKind.StreamEnd, Id);
                else _peer.Send(FrameKind.StreamFail, Id, Encoding.UTF8.GetBytes(exception.Message));
            }

            if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _granted?.TrySetResult();
        }
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.StreamCredit when payload.Length == sizeof(int):
                lock (_gate)
                {
                    if (!_completed) _credit += BinaryPrimitives.ReadInt32LittleEndian(payload);
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

    /// <summary>Sends what may be sent of what was written, behind what waits; the rest waits, in the buffer in which it is.</summary>
    private void SendWritten()
    {
        SendUnsent();
        var sent = _unsent.Count == 0 ? Send(_buffer.AsSpan(0, _written)) : 0;
        if (sent < _written)
        {
            _unsent.Enqueue(new Part(_buffer, sent, _written));
            _buffer = [];
        }

        _written = 0;
    }

    private void SendUnsent()
    {
        while (_unsent.TryPeek(out var part))
        {
            part.Start += Send(part.Bytes.AsSpan(part.Start, part.End - part.Start));
            if (part.Start < part.End) return;
            _unsent.Dequeue();
            ArrayPool<byte>.Shared.Return(part.Bytes);
        }
    }

    /// <summary>How much of it was sent; all, when nobody wants it.</summary>
    private int Send(ReadOnlySpan<byte> bytes)
    {
        if (_stopped) return bytes.Length;
        var sent = 0;
        while (sent < bytes.Length && _credit > 0)
        {
            var count = Math.Min(Math.Min(Piece, _credit), bytes.Length - sent);
            _peer.Send(FrameKind.StreamData, Id, bytes.Slice(sent, count));
            _credit -= count;
            sent += count;
        }

        return sent;
    }

    private async Task<FlushResult> SendAsync(CancellationToken cancellation)
    {
        for (;;)
        {
            Task granted;
            lock (_gate)
            {
                SendUnsent();
                // The next write waits, not this one, once its bytes are on their way.
                if (_unsent.Count == 0 || _flushCancelled) return TakeResult();
                granted = (_granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await granted.WaitAsync(cancellation);
        }
    }

    private FlushResult TakeResult()
    {
        var cancelled = _flushCancelled;
        _flushCancelled = false;
        return new FlushResult(cancelled, _stopped || _peer.IsClosed);
    }

    /// <summary>Bytes that wait until the other side reads.</summary>
    private sealed class Part(byte[] bytes, int start, int end)
    {
        public byte[] Bytes => bytes;

        public int Start { get; set; } = start;

        public int End => end;
    }
}
