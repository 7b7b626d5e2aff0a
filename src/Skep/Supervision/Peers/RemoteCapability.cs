using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A capability of the other process.</summary>
internal sealed class RemoteCapability : RpcCapability, IPeerItem
{
    private readonly PeerConnection _peer;
    private readonly Lane _lane;
    private readonly Lock _gate = new();
    private List<Action<WorkerError>>? _watchers;
    private WorkerError? _broken;
    private int _references = 1;

    private RemoteCapability(PeerConnection peer, uint id, Lane lane) => (_peer, Id, _lane) = (peer, id, lane);

    public uint Id { get; }

    public static RemoteCapability Accept(PeerConnection peer, uint id, Lane lane)
    {
        RemoteCapability capability = new(peer, id, lane);
        peer.Accept(id, capability);
        return capability;
    }

    public bool IsOf(PeerConnection peer) => _peer == peer;

    public override void Call(RpcCall call) => new RemoteCall(call, _lane).SendTo(_peer, Id);

    public override void AddReference() => Interlocked.Increment(ref _references);

    public override void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0 && _peer.Remove(Id)) _peer.Send(FrameKind.Release, Id);
    }

    public override void WhenBroken(Action<WorkerError> broken)
    {
        lock (_gate)
        {
            if (_broken is null && !_peer.IsClosed)
            {
                if (_watchers is null) _peer.Send(FrameKind.Watch, Id);
                (_watchers ??= []).Add(broken);
                return;
            }
        }

        broken(_broken ?? PeerConnection.Gone);
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        if (kind != FrameKind.Broken) throw new InvalidDataException($"A frame of kind {kind} is for no capability that is held.");
        PayloadReader reader = new(payload);
        Break(reader.Error());
    }

    public void Lost() => Break(PeerConnection.Gone);

    private void Break(WorkerError error)
    {
        List<Action<WorkerError>>? told;
        lock (_gate)
        {
            if (_broken is not null) return;
            _broken = error;
            told = _watchers;
            _watchers = null;
        }

        if (told is null) return;
        _lane.Post(() =>
        {
            foreach (var each in told) each(error);
        });
    }
}
