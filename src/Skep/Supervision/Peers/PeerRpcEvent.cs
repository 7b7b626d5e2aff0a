using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>Another process's session of calls, as the worker here receives it.</summary>
internal sealed class PeerRpcEvent : RpcEvent, IPeerItem
{
    private readonly PeerConnection _peer;
    private readonly uint _id;
    private readonly byte[] _first;
    private readonly CancellationTokenSource _aborted = new();
    private PeerCall? _call;

    public PeerRpcEvent(PeerConnection peer, uint id, byte[] payload)
    {
        (_peer, _id) = (peer, id);
        PayloadReader reader = new(payload);
        Object = reader.Address();
        (Entrypoint, Depth) = (reader.OptionalText(), reader.Number());
        (Props, Terms) = (reader.Props(), reader.Terms());
        _first = reader.Bytes().ToArray();
    }

    public override string? Entrypoint { get; }

    public override ObjectAddress? Object { get; }

    public override CallerProps? Props { get; }

    public override InvocationTerms? Terms { get; }

    public override int Depth { get; }

    public override RpcCall Call => _call!;

    public override CancellationToken Aborted => _aborted.Token;

    /// <summary>Hands it to the worker, or gives it back. Called on the thread that reads the connection.</summary>
    public void Start(IPeerHost host)
    {
        if (host.Find(Object) is not { } target)
        {
            _peer.Send(FrameKind.Refused, _id);
            return;
        }

        _peer.Accept(_id, this);
        _call = PeerCall.Accept(_peer, _first, target.Lane);
        target.Lane.Post(() => Deliver(target));
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        if (kind != FrameKind.Abort) throw new InvalidDataException($"A frame of kind {kind} is for no session that is answered.");
        Lost();
    }

    public void Lost() => ThreadPool.UnsafeQueueUserWorkItem(static aborted => aborted.Cancel(), _aborted, preferLocal: false);

    public override void Complete(in InvocationSummary summary)
    {
        using var payload = PayloadWriter.Rent();
        if (_peer.Remove(_id)) _peer.Send(FrameKind.SessionEnd, _id, payload.Summary(summary).Written);
    }

    private void Deliver(PeerTarget target)
    {
        while (target.Choose() is { } served)
        {
            if (!served.TryEnter()) continue;
            try
            {
                _peer.Guard(() =>
                {
                    _call!.Read();
                    served.Worker.Rpc(this);
                });
            }
            finally
            {
                served.Leave();
            }

            return;
        }

        _peer.Remove(_id);
        _call!.Forget();
        _peer.Send(FrameKind.Refused, _id);
    }
}
