using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A session of calls that another process answers.</summary>
internal sealed class CarriedSession : CarriedEvent, IPeerItem
{
    private readonly RpcEvent _event;
    private readonly RemoteCall _first;
    private PeerConnection _peer = null!;
    private CancellationTokenRegistration _aborting;
    private uint _id;
    private bool _isSent;

    public CarriedSession(RpcEvent rpcEvent, IEventSender sender)
        : base(sender)
    {
        _event = rpcEvent;
        _first = new RemoteCall(rpcEvent.Call, new Lane());
    }

    public override void SendTo(PeerConnection peer)
    {
        _peer = peer;
        _id = peer.Add(this);
        _first.SendFirst(peer, first =>
        {
            using var payload = PayloadWriter.Rent();
            payload.Address(_event.Object).Text(_event.Entrypoint).Number(_event.Depth).Props(_event.Props).Terms(_event.Terms).Bytes(first.Written);
            peer.Send(FrameKind.Session, _id, payload.Written);
        });
        if (_isSent)
        {
            if (_event.Aborted.IsCancellationRequested) Abort();
            return;
        }

        _isSent = true;
        _aborting = _event.Aborted.UnsafeRegister(static self => ((CarriedSession)self!).Abort(), this);
    }

    public override void Deliver(IWorker worker)
    {
        _aborting.Unregister();
        worker.Rpc(_isSent ? new ResumedRpcEvent(_event, _first) : _event);
    }

    public override void Fail(WorkerError error)
    {
        _aborting.Unregister();
        _first.Fail(error);
        _event.Complete(new(InvocationOutcome.Exception, default, default, 0, error));
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.SessionEnd:
                _peer.Remove(_id);
                PayloadReader reader = new(payload);
                End(reader.Summary());
                break;
            case FrameKind.Refused:
                _peer.Remove(_id);
                _first.Withdraw();
                Sender.Return(this, _peer);
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no session.");
        }
    }

    public void Lost() => End(new(InvocationOutcome.Exception, default, default, 0, PeerConnection.Gone));

    private void Abort()
    {
        var peer = _peer;
        if (peer.Find(_id) == this) peer.Send(FrameKind.Abort, _id);
    }

    private void End(InvocationSummary summary)
    {
        _aborting.Unregister();
        _event.Complete(summary);
    }
}
