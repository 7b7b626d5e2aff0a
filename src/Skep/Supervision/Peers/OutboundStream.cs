using System.Buffers.Binary;
using System.Text;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A stream whose bytes go to the other process. Nothing is read of it before that says that it takes it, so that until then it
/// can be sent elsewhere.</summary>
internal sealed class OutboundStream : IPeerItem
{
    private readonly PeerConnection _peer;
    private readonly Stream _source;
    private readonly OutboundBody _sending;
    private int _begun;

    private OutboundStream(PeerConnection peer, Stream source)
    {
        (_peer, _source) = (peer, source);
        Id = peer.Add(this);
        _sending = new OutboundBody(Send, credit: 0);
    }

    public uint Id { get; }

    /// <summary>Gives it a number; it is sent as the other side asks for it.</summary>
    public static OutboundStream Offer(PeerConnection peer, Stream source) => new(peer, source);

    /// <summary>The other side never took it: it may be offered to another.</summary>
    public void Withdraw() => _peer.Remove(Id);

    public void Take(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.StreamCredit when payload.Length == sizeof(int):
                _sending.Grant(BinaryPrimitives.ReadInt32LittleEndian(payload));
                if (Interlocked.Exchange(ref _begun, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(static stream => _ = stream.SendAsync(), this, preferLocal: false);
                break;
            case FrameKind.StreamCancel:
                Stop();
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no stream that is sent.");
        }
    }

    public void Lost() => Stop();

    private void Stop()
    {
        _sending.Stop();
        // Who sends it lets go of it; when nobody does yet, nobody will.
        if (Interlocked.Exchange(ref _begun, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.Dispose(), _source, preferLocal: false);
    }

    private bool Send(ReadOnlyMemory<byte> piece) =>
        piece.IsEmpty ? _peer.Send(FrameKind.StreamEnd, Id) : _peer.Send(FrameKind.StreamData, Id, piece.Span);

    private async Task SendAsync()
    {
        try
        {
            await using (_source) await _sending.SendAsync(_source);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or InvalidOperationException)
        {
            _peer.Send(FrameKind.StreamFail, Id, Encoding.UTF8.GetBytes(failure.Message));
        }
        finally
        {
            _peer.Remove(Id);
        }
    }
}
