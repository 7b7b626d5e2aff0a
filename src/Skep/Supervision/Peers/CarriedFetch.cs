using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>A request that another process answers.</summary>
internal sealed class CarriedFetch(FetchEvent request, IEventSender sender) : CarriedEvent(sender), IPeerItem
{
    // Bodies up to this length that are there already travel with the request.
    private const int MostInline = 64 << 10;

    private readonly TaskCompletionSource<FetchEnding> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerConnection _peer = null!;
    private uint _id;
    private byte[]? _inline;
    private OutboundStream? _body;
    private CancellationTokenRegistration _aborting;
    private bool _isSent;
    private bool _hasHead;

    public override void SendTo(PeerConnection peer)
    {
        _peer = peer;
        _id = peer.Add(this);
        using (var payload = PayloadWriter.Rent())
        {
            List<string> headers = [];
            request.CopyHeaders(headers);
            payload.Address(request.Object).Text(request.Method).Text(request.Url).Text(request.Entrypoint).Number(request.Depth).Props(request.Props).Terms(request.Terms).Span(request.Span)
                .Text(request.Cf).Flag(request.WantsWebSocket).Texts(headers);
            WriteBody(payload);
            peer.Send(FrameKind.Fetch, _id, payload.Written);
        }

        if (_isSent)
        {
            // The sign may have come while it was nowhere.
            if (request.Aborted.IsCancellationRequested) Abort();
            return;
        }

        _isSent = true;
        _aborting = request.Aborted.UnsafeRegister(static self => ((CarriedFetch)self!).Abort(), this);
    }

    public override void Deliver(IWorker worker)
    {
        _aborting.Unregister();
        worker.Fetch(request);
    }

    public override void Fail(WorkerError error)
    {
        _aborting.Unregister();
        request.Fail(error, passThrough: false, new(InvocationOutcome.Exception, default, default, 0, error));
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        PayloadReader reader = new(payload);
        switch (kind)
        {
            case FrameKind.FetchHead when !_hasHead:
                _hasHead = true;
                var head = FetchHead.Read(ref reader, _peer);
                ThreadPool.UnsafeQueueUserWorkItem(static answer => _ = answer.Event.AnswerAsync(answer.Head), (Event: this, Head: head), preferLocal: false);
                break;
            case FrameKind.FetchEnd:
                End(new FetchEnding(null, false, reader.Summary()));
                break;
            case FrameKind.FetchFail:
                End(new FetchEnding(reader.Error(), reader.Flag(), reader.Summary()));
                break;
            case FrameKind.Refused when !_hasHead:
                _peer.Remove(_id);
                _body?.Withdraw();
                Sender.Return(this, _peer);
                break;
            default:
                throw new InvalidDataException($"A frame of kind {kind} is for no request.");
        }
    }

    public void Lost() => End(new FetchEnding(PeerConnection.Gone, false, new(InvocationOutcome.Exception, default, default, 0, PeerConnection.Gone)));

    private void WriteBody(PayloadWriter payload)
    {
        if (request.Body is not { } body)
        {
            payload.Byte((byte)BodyForm.None);
            return;
        }

        if (!_isSent && request.BodyLength is { } length and <= MostInline) _inline = TryRead(body, (int)length);
        if (_inline is not null)
        {
            payload.Byte((byte)BodyForm.Inline).Bytes(_inline);
            return;
        }

        _body = OutboundStream.Offer(_peer, body);
        payload.Byte((byte)BodyForm.Stream).Number(_body.Id).Long(request.BodyLength);
    }

    // Only of memory: of any other stream a part could be read that is then missing.
    private static byte[]? TryRead(Stream body, int length)
    {
        if (body is not MemoryStream) return null;
        var bytes = new byte[length];
        body.ReadExactly(bytes);
        return bytes;
    }

    private void Abort()
    {
        var peer = _peer;
        if (peer.Find(_id) == this) peer.Send(FrameKind.Abort, _id);
    }

    private void End(FetchEnding ending)
    {
        _peer.Remove(_id);
        if (!_ending.TrySetResult(ending) || _hasHead) return;
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.Finish(), this, preferLocal: false);
    }

    private async Task AnswerAsync(FetchHead head)
    {
        if (head.Writing is null) request.SetStatus(head.Status, head.Reason);
        for (var i = 0; i + 1 < head.Headers.Count; i += 2) request.AddHeader(head.Headers[i], head.Headers[i + 1]);
        if (head.Length is { } length) request.SetContentLength(length);
        if (head.Writing is not null) await SwitchAsync(head);
        else if (head.Body is not null) await CopyAsync(head.Body);
        await _ending.Task;
        Finish();
    }

    /// <summary>The answer's body, as the client takes it.</summary>
    private async Task CopyAsync(Stream body)
    {
        await using (body)
        {
            var to = request.ResponseBody;
            try
            {
                for (;;)
                {
                    var count = await body.ReadAsync(to.GetMemory());
                    if (count == 0) return;
                    to.Advance(count);
                    if ((await to.FlushAsync()).IsCompleted) return;
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or InvalidOperationException)
            {
                // Either side is gone: how the request ends says which.
            }
        }
    }

    private async Task SwitchAsync(FetchHead head)
    {
        await using PeerDuplex far = new(head.Body!, head.Writing!);
        try
        {
            await using var near = await request.AcceptWebSocketAsync();
            if (near is not null) await Relay.RunAsync(near, far);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone.
        }
    }

    private void Finish()
    {
        _aborting.Unregister();
        var ending = _ending.Task.Result;
        if (ending.Error is null) request.Complete(ending.Summary);
        else request.Fail(ending.Error, ending.PassThrough, ending.Summary);
    }

    /// <summary>How the other process ended it.</summary>
    private sealed record FetchEnding(WorkerError? Error, bool PassThrough, InvocationSummary Summary);
}
