using System.IO.Pipelines;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>Another process's request, as the worker here receives it.</summary>
internal sealed class PeerFetchEvent : FetchEvent, IPeerItem
{
    private readonly PeerConnection _peer;
    private readonly uint _id;
    private readonly List<string> _requestHeaders;
    private readonly CancellationTokenSource _aborted = new();
    private readonly List<string> _headers = [];
    private readonly BodyForm _form;
    private readonly uint _bodyId;
    private Stream? _body;
    private int _status;
    private string? _reason;
    private long? _length;
    private PipeWriter? _writer;
    private PeerDuplex? _socket;
    private bool _hasStarted;

    public PeerFetchEvent(PeerConnection peer, uint id, byte[] payload)
    {
        (_peer, _id) = (peer, id);
        PayloadReader reader = new(payload);
        Object = reader.Address();
        (Method, Url, Entrypoint, Depth) = (reader.Text(), reader.Text(), reader.OptionalText(), reader.Number());
        (Props, Terms, Span, Cf, WantsWebSocket) = (reader.Props(), reader.Terms(), reader.Span(), reader.OptionalText(), reader.Flag());
        _requestHeaders = reader.Texts();
        _form = (BodyForm)reader.Byte();
        if (_form == BodyForm.Inline)
        {
            var bytes = reader.Bytes();
            (_body, BodyLength) = (new MemoryStream(bytes.ToArray(), writable: false), bytes.Length);
        }
        else if (_form == BodyForm.Stream)
        {
            (_bodyId, BodyLength) = (reader.Id(), reader.OptionalLong());
        }
    }

    public override string Method { get; }

    public override string Url { get; }

    public override string? Entrypoint { get; }

    public override ObjectAddress? Object { get; }

    public override int Depth { get; }

    public override CallerProps? Props { get; }

    public override InvocationTerms? Terms { get; }

    public override System.Diagnostics.ActivityContext Span { get; }

    public override Stream? Body => _body;

    public override long? BodyLength { get; }

    public override string? Cf { get; }

    public override bool WantsWebSocket { get; }

    public override CancellationToken Aborted => _aborted.Token;

    public override CancellationToken GoingDown => _peer.GoingDown;

    public override bool HasStarted => _hasStarted;

    public override PipeWriter ResponseBody
    {
        get
        {
            if (_writer is not null) return _writer;
            if (Method == "HEAD")
            {
                _writer = PipeWriter.Create(Stream.Null);
                return _writer;
            }

            var writer = PeerPipeWriter.Offer(_peer);
            _writer = writer;
            // It leaves with the first of the body.
            SendHead(writer.Id, null, more: true);
            return writer;
        }
    }

    /// <summary>Hands it to the worker, or gives it back. Called on the thread that reads the connection.</summary>
    public void Start(IPeerHost host)
    {
        if (host.Find(Object) is not { } target)
        {
            _peer.Send(FrameKind.Refused, _id);
            return;
        }

        _peer.Accept(_id, this);
        target.Lane.Post(() => Deliver(target));
    }

    public void Take(FrameKind kind, byte[] payload)
    {
        if (kind != FrameKind.Abort) throw new InvalidDataException($"A frame of kind {kind} is for no request's answer.");
        Lost();
    }

    public void Lost() => ThreadPool.UnsafeQueueUserWorkItem(static aborted => aborted.Cancel(), _aborted, preferLocal: false);

    public override void CopyHeaders(List<string> flat) => flat.AddRange(_requestHeaders);

    public override string? GetHeader(string name)
    {
        string? value = null;
        for (var i = 0; i + 1 < _requestHeaders.Count; i += 2)
        {
            if (_requestHeaders[i] == name) value = value is null ? _requestHeaders[i + 1] : $"{value}, {_requestHeaders[i + 1]}";
        }

        return value;
    }

    public override void SetStatus(int status, string? reason) => (_status, _reason) = (status, reason);

    public override void AddHeader(string name, string value)
    {
        _headers.Add(name);
        _headers.Add(value);
    }

    public override void SetContentLength(long length) => _length = length;

    public override ValueTask<Stream?> AcceptWebSocketAsync()
    {
        var reading = InboundStream.Offer(_peer, out var readingId);
        var writing = PeerPipeWriter.Offer(_peer);
        _socket = new PeerDuplex(reading.Body, writing);
        SendHead(writing.Id, readingId, more: false);
        return new ValueTask<Stream?>(_socket);
    }

    public override void Complete(in InvocationSummary summary)
    {
        _socket?.Dispose();
        if (!_hasStarted) SendHead(null, null, more: true);
        _writer?.Complete();
        using var payload = PayloadWriter.Rent();
        payload.Summary(summary);
        End(FrameKind.FetchEnd, payload);
    }

    public override void Fail(WorkerError error, bool passThrough, in InvocationSummary summary)
    {
        _socket?.Dispose();
        _writer?.Complete(new IOException(error.Message));
        using var payload = PayloadWriter.Rent();
        payload.Error(error).Flag(passThrough).Summary(summary);
        End(FrameKind.FetchFail, payload);
    }

    private void Deliver(PeerTarget target)
    {
        while (target.Choose() is { } served)
        {
            if (!served.TryEnter()) continue;
            try
            {
                if (_form == BodyForm.Stream) _peer.Guard(() => _body = InboundStream.Accept(_peer, _bodyId, grant: true).Body);
                served.Worker.Fetch(this);
            }
            finally
            {
                served.Leave();
            }

            return;
        }

        _peer.Remove(_id);
        _peer.Send(FrameKind.Refused, _id);
    }

    private void SendHead(uint? body, uint? writing, bool more)
    {
        _hasStarted = true;
        using var payload = PayloadWriter.Rent();
        FetchHead.Write(payload, _status, _reason, _headers, _length, body, writing);
        _peer.Send(FrameKind.FetchHead, _id, payload.Written, more);
    }

    private void End(FrameKind kind, PayloadWriter payload)
    {
        _peer.Remove(_id);
        _peer.Send(kind, _id, payload.Written);
    }
}
