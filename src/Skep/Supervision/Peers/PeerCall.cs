using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A call of the other process, as whoever answers it here sees it.</summary>
internal sealed class PeerCall : RpcCall, IPeerItem
{
    private static readonly WorkerError _released = new(WorkerErrorCode.Exception, "Error: RPC stub used after being disposed.");
    private static readonly WorkerError _noObject = new(WorkerErrorCode.Exception, "TypeError: Can't pipeline on RPC that did not return an object.");

    private readonly PeerConnection _peer;
    private readonly uint _id;
    private readonly Lane _lane;
    private readonly byte[] _payload;
    private readonly Lock _gate = new();
    private RpcMessage? _arguments;
    private IReadOnlyList<string> _path = [];
    private RpcCapability? _result;
    private List<PeerCall>? _onResult;
    private WorkerError? _failure;
    private bool _isOpen;
    private bool _finished;
    private bool _answered;

    private PeerCall(PeerConnection peer, uint id, Lane lane, byte[] payload) => (_peer, _id, _lane, _payload) = (peer, id, lane, payload);

    public override IReadOnlyList<string> Path => _path;

    public override RpcMessage? Arguments => _arguments;

    /// <summary>Takes a call whose number stands first.</summary>
    public static PeerCall Accept(PeerConnection peer, byte[] payload, Lane lane)
    {
        PayloadReader reader = new(payload);
        PeerCall call = new(peer, reader.Id(), lane, payload);
        peer.Accept(call._id, call);
        return call;
    }

    /// <summary>What a call is of is not there any more.</summary>
    public static void Refuse(PeerConnection peer, byte[] payload)
    {
        PayloadReader reader = new(payload);
        using var told = PayloadWriter.Rent();
        peer.Send(FrameKind.CallFail, reader.Id(), told.Error(_released).Written);
    }

    /// <summary>Makes the call.</summary>
    public void Deliver(RpcCapability target) => _peer.Guard(() =>
    {
        Read();
        target.Call(this);
    });

    /// <summary>Takes path and arguments from the frame; from now on what came with them is the call's.</summary>
    public void Read()
    {
        PayloadReader reader = new(_payload);
        _ = reader.Id();
        _path = reader.Texts();
        if (reader.Flag()) _arguments = MessageCodec.Read(ref reader, _peer, _lane);
    }

    /// <summary>It never was: its session has another host.</summary>
    public void Forget()
    {
        _peer.Remove(_id);
        List<PeerCall>? waiting;
        lock (_gate)
        {
            _finished = true;
            waiting = _onResult;
            _onResult = null;
        }

        foreach (var each in waiting ?? []) each.Forget();
    }

    public override void Begin(RpcCapability result)
    {
        // Held until the caller says that it calls it no more: calls may be on their way when the answer leaves.
        result.AddReference();
        lock (_gate)
        {
            _result = result;
            _isOpen = _onResult is null;
            if (_isOpen) return;
        }

        // Where later ones come, so that none overtakes them.
        _lane.Post(Open);
    }

    public override void Return(RpcMessage result)
    {
        // Most results are nothing that can be called: then there is nothing to hold.
        if (ResultShape.IsPlain(result)) Drop(_noObject);
        Answer(FrameKind.Return, result);
    }

    public override void Throw(RpcMessage thrown) => Answer(FrameKind.Throw, thrown);

    public override void Fail(WorkerError error)
    {
        if (!TryAnswer()) return;
        Drop(error);
        using var payload = PayloadWriter.Rent();
        _peer.Send(FrameKind.CallFail, _id, payload.Error(error).Written);
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.Call:
                var call = Accept(_peer, payload, _lane);
                _lane.Post(() => CallResult(call));
                break;
            case FrameKind.Finish:
                _peer.Remove(_id);
                Lost();
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no call that is answered.");
        }
    }

    public void Lost() => _lane.Post(() => Drop(_released));

    private void CallResult(PeerCall call)
    {
        RpcCapability? result;
        WorkerError? failure;
        lock (_gate)
        {
            (result, failure) = (_result, _failure);
            if (_finished)
            {
                // The session has another host, where the call is made again.
                _peer.Remove(call._id);
                return;
            }

            if (failure is null && !_isOpen)
            {
                (_onResult ??= []).Add(call);
                return;
            }
        }

        if (failure is null) call.Deliver(result!);
        else call.Fail(failure);
    }

    /// <summary>The calls that came before the call began.</summary>
    private void Open()
    {
        RpcCapability? result;
        List<PeerCall>? waiting;
        lock (_gate)
        {
            // It has failed meanwhile, and they with it.
            if (_result is null) return;
            (result, waiting) = (_result, _onResult);
            (_isOpen, _onResult) = (true, null);
        }

        foreach (var each in waiting ?? []) each.Deliver(result);
    }

    private void Drop(WorkerError failure)
    {
        RpcCapability? result;
        List<PeerCall>? waiting;
        lock (_gate)
        {
            (result, waiting) = (_result, _onResult);
            (_result, _onResult) = (null, null);
            _failure ??= failure;
        }

        result?.Release();
        foreach (var each in waiting ?? []) each.Fail(failure);
    }

    private bool TryAnswer()
    {
        lock (_gate)
        {
            if (_answered) return false;
            _answered = true;
            return true;
        }
    }

    private void Answer(FrameKind kind, RpcMessage message)
    {
        if (!TryAnswer())
        {
            message.Release();
            return;
        }

        List<MessageCodec.Offer> offered = [];
        using (var payload = PayloadWriter.Rent())
        {
            MessageCodec.Write(payload, message, _peer, _lane, offered);
            _peer.Send(kind, _id, payload.Written);
        }

        foreach (var each in offered) each.Done();
    }
}
