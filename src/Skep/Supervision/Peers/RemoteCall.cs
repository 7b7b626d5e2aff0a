using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A call that the other process answers. Calls on its result go there at once, after it.</summary>
internal sealed class RemoteCall : IPeerItem
{
    private readonly RpcCall _call;
    private readonly Lane _lane;
    private readonly RemoteCall _root;
    private readonly RemoteCall? _target;

    // One for a call and all calls that were made on its result, and on theirs.
    private readonly Lock _gate;
    private readonly List<MessageCodec.Offer> _offered = [];

    // Of a session's first call: the calls on results that were made so far, until the first answer says that the session has begun.
    private List<RemoteCall>? _made;
    private List<RemoteCall>? _early;
    private PeerConnection? _peer;
    private RpcCapability? _resumed;
    private bool _isAttached;
    private bool _ended;

    /// <param name="call">The call.</param>
    /// <param name="lane">Brings the answer.</param>
    public RemoteCall(RpcCall call, Lane lane)
    {
        (_call, _lane, _root, _gate) = (call, lane, this, new Lock());
    }

    private RemoteCall(RpcCall call, RemoteCall target)
    {
        (_call, _lane, _root, _gate, _target) = (call, target._lane, target._root, target._gate, target);
    }

    /// <summary>Its number, on the connection that it was sent over.</summary>
    public uint Id { get; private set; }

    /// <summary>The call.</summary>
    public RpcCall Call => _call;

    /// <summary>Sends it as a call of something of the other side's.</summary>
    public void SendTo(PeerConnection peer, uint target)
    {
        _call.Begin(new Result(this));
        lock (_gate)
        {
            Send(peer, target);
            Attach();
        }
    }

    /// <summary>Sends it as the first call of a session, with the calls on its result that have been made meanwhile when it was sent before.</summary>
    /// <param name="begin">Sends the session with the call that it is given.</param>
    public void SendFirst(PeerConnection peer, Action<PayloadWriter> begin)
    {
        if (!_isAttached)
        {
            _made = [];
            _call.Begin(new Result(this));
        }

        lock (_gate)
        {
            _peer = peer;
            Id = peer.Add(this);
            using (var payload = PayloadWriter.Rent())
            {
                WriteCall(payload, peer);
                begin(payload);
            }

            foreach (var each in _made ?? []) each.Send(peer, each._target!.Id);
            Attach();
        }
    }

    /// <summary>Nobody has begun with it: until it is sent again, calls on its result wait.</summary>
    public void Withdraw()
    {
        lock (_gate)
        {
            foreach (var each in _made ?? []) each.WithdrawThis();
            WithdrawThis();
        }
    }

    /// <summary>A worker of this process answers it instead: the calls on its result go there.</summary>
    public void Resume(RpcCapability result)
    {
        List<RemoteCall> mine;
        lock (_gate)
        {
            _resumed = result;
            mine = [.. (_root._made ?? []).Where(each => each._target == this)];
        }

        foreach (var each in mine) result.Call(new ResumedCall(each));
        _call.Begin(result);
    }

    /// <summary>Nobody takes it.</summary>
    public void Fail(WorkerError error)
    {
        List<RemoteCall> made;
        lock (_gate)
        {
            _ended = true;
            made = _made ?? [];
            _made = null;
        }

        _call.Arguments?.Release();
        _call.Fail(error);
        foreach (var each in made) each.Fail(error);
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        var peer = _peer!;
        PayloadReader reader = new(payload);
        switch (kind)
        {
            case FrameKind.Return:
                var result = MessageCodec.Read(ref reader, peer, _lane);
                Answered(peer, () => _call.Return(result));
                break;
            case FrameKind.Throw:
                var thrown = MessageCodec.Read(ref reader, peer, _lane);
                Answered(peer, () => _call.Throw(thrown));
                break;
            case FrameKind.CallFail:
                var error = reader.Error();
                Answered(peer, () => _call.Fail(error));
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no call.");
        }
    }

    public void Lost()
    {
        if (TryEnd()) _lane.Post(() => _call.Fail(PeerConnection.Gone));
    }

    private void CallResult(RpcCall onResult)
    {
        RemoteCall made = new(onResult, this);
        RpcCapability? resumed;
        lock (_gate) resumed = _resumed;
        if (resumed is not null)
        {
            resumed.Call(onResult);
            return;
        }

        // Before it can be answered; and outside the gate, which whoever calls a result may hold already.
        onResult.Begin(new Result(made));
        lock (_gate)
        {
            if (_isAttached) Make(made);
            else (_early ??= []).Add(made);
        }
    }

    // From here on: inside the gate.

    /// <summary>Calls on the result go on their way.</summary>
    private void Attach()
    {
        _isAttached = true;
        var early = _early;
        _early = null;
        foreach (var each in early ?? []) Make(each);
    }

    private void Make(RemoteCall made)
    {
        _root._made?.Add(made);
        // When there is no other process at the moment, it waits for the next with the others; when there will be none, it has failed.
        if (_peer is { } peer) made.Send(peer, Id);
        else if (_ended) made._lane.Post(() => made.Fail(PeerConnection.Gone));
        made.Attach();
    }

    private void Send(PeerConnection peer, uint target)
    {
        _peer = peer;
        Id = peer.Add(this);
        using var payload = PayloadWriter.Rent();
        WriteCall(payload, peer);
        peer.Send(FrameKind.Call, target, payload.Written);
    }

    private void WriteCall(PayloadWriter payload, PeerConnection peer)
    {
        payload.Number(Id).Texts(_call.Path);
        if (_call.Arguments is { } arguments) MessageCodec.Write(payload.Flag(true), arguments, peer, _lane, _offered);
        else payload.Flag(false);
    }

    private void WithdrawThis()
    {
        _peer?.Remove(Id);
        _peer = null;
        foreach (var each in _offered) each.Withdraw();
        _offered.Clear();
    }

    private bool TryEnd()
    {
        lock (_gate)
        {
            if (_ended) return false;
            _ended = true;
            _root._made = null;
        }

        foreach (var each in _offered) each.Done();
        return true;
    }

    private void Answered(PeerConnection peer, Action answer)
    {
        peer.Remove(Id);
        if (!TryEnd()) return;
        _lane.Post(() =>
        {
            answer();
            // From now on nobody calls its result by the call.
            peer.Send(FrameKind.Finish, Id);
        });
    }

    /// <summary>The result before it is there.</summary>
    private sealed class Result(RemoteCall owner) : RpcCapability
    {
        public override void Call(RpcCall call) => owner.CallResult(call);

        public override void AddReference()
        {
        }

        public override void Release()
        {
        }

        public override void WhenBroken(Action<WorkerError> broken) => throw new NotSupportedException("A result that is not there yet cannot be watched.");
    }
}
