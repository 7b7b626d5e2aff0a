using System.Buffers.Binary;
using System.Text;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A stream whose bytes come from the other process.</summary>
internal sealed class InboundStream : IPeerItem
{
    private readonly PeerConnection _peer;
    private readonly InboundBody _body;
    private uint _id;

    private InboundStream(PeerConnection peer)
    {
        _peer = peer;
        _body = new InboundBody(Grant, Abandon);
    }

    /// <summary>What reads it.</summary>
    public Stream Body => _body;

    /// <summary>One that the other side numbered.</summary>
    /// <param name="grant">The sender waits to be told that it may begin.</param>
    public static InboundStream Accept(PeerConnection peer, uint id, bool grant)
    {
        InboundStream stream = new(peer) { _id = id };
        peer.Accept(id, stream);
        if (grant) stream.Grant(InboundBody.Window);
        return stream;
    }

    /// <summary>One that has its number already.</summary>
    public static InboundStream For(PeerConnection peer, uint id) => new(peer) { _id = id };

    /// <summary>One that this side numbers.</summary>
    public static InboundStream Offer(PeerConnection peer, out uint id)
    {
        InboundStream stream = new(peer);
        id = stream._id = peer.Add(stream);
        return stream;
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.StreamData:
                if (payload.Length > 0) _body.Add(payload);
                break;
            case FrameKind.StreamEnd:
                _peer.Remove(_id);
                _body.Add(default);
                break;
            case FrameKind.StreamFail:
                _peer.Remove(_id);
                _body.Fail(new IOException(Encoding.UTF8.GetString(payload)));
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no stream that is read.");
        }
    }

    public void Lost() => _body.Fail(new IOException(PeerConnection.Gone.Message));

    private void Grant(int bytes)
    {
        Span<byte> amount = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(amount, bytes);
        _peer.Send(FrameKind.StreamCredit, _id, amount);
    }

    private void Abandon()
    {
        if (_peer.Remove(_id)) _peer.Send(FrameKind.StreamCancel, _id);
    }
}
