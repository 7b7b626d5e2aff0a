using Skep.Abstractions.Rpc;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A capability of this process that the other holds. It holds one reference, however many holders there are there.</summary>
internal sealed class CapabilityExport : IPeerItem
{
    private readonly PeerConnection _peer;
    private readonly RpcCapability _capability;
    private readonly Lane _lane;

    private CapabilityExport(PeerConnection peer, RpcCapability capability, Lane lane)
    {
        (_peer, _capability, _lane) = (peer, capability, lane);
        Id = peer.Add(this);
    }

    public uint Id { get; }

    /// <summary>Gives it a number; the reference is the other side's from now on.</summary>
    public static CapabilityExport Offer(PeerConnection peer, RpcCapability capability, Lane lane) => new(peer, capability, lane);

    /// <summary>The other side never took it: the reference is the sender's again.</summary>
    public void Withdraw() => _peer.Remove(Id);

    /// <summary>The capability itself, with a reference of its own.</summary>
    public RpcCapability Take()
    {
        _capability.AddReference();
        return _capability;
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.Call:
                var call = PeerCall.Accept(_peer, payload, _lane);
                _lane.Post(() => call.Deliver(_capability));
                break;
            case FrameKind.Watch:
                _lane.Post(() => _capability.WhenBroken(error =>
                {
                    using var told = PayloadWriter.Rent();
                    _peer.Send(FrameKind.Broken, Id, told.Error(error).Written);
                }));
                break;
            case FrameKind.Release:
                if (_peer.Remove(Id)) Lost();
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no capability.");
        }
    }

    public void Lost() => _lane.Post(_capability.Release);
}
