using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Skep.Supervision.Link;

/// <summary>Calls in both directions over one socket: any number at a time, each with a message and, where needed, a body that flows as
/// it is read. The frames are read on a thread of their own, so that neither a busy pool nor a worker can keep them from it.</summary>
internal sealed class LinkConnection : IDisposable
{
    private readonly LinkSocket _socket;
    private readonly ILinkHandler _handler;
    private readonly string _name;
    private readonly FrameSender _sender;
    private readonly ConcurrentDictionary<uint, OutgoingCall> _outgoing = new();
    private readonly ConcurrentDictionary<uint, IncomingCall> _incoming = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _lastCall;

    /// <param name="socket">This side's end.</param>
    /// <param name="handler">Answers the other side.</param>
    /// <param name="name">What its threads are called.</param>
    public LinkConnection(LinkSocket socket, ILinkHandler handler, string name)
    {
        _socket = socket;
        _handler = handler;
        _name = name;
        _sender = new FrameSender(socket, name);
    }

    /// <summary>Ends when the other side is gone.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Begins to read.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = $"skep link {_name}" }.Start();

    /// <summary>Asks the other side and waits for its answer.</summary>
    /// <param name="request">Message and body; the body is read and disposed of here.</param>
    /// <exception cref="LinkClosedException">The other side is gone.</exception>
    public async Task<LinkMessage> CallAsync(LinkMethod method, LinkMessage request, CancellationToken cancellation = default)
    {
        var number = Interlocked.Increment(ref _lastCall);
        OutgoingCall call = new(
            request.Body is null ? null : new OutboundBody(piece => Send(FrameKind.RequestBody, number, piece.Span)),
            bytes => Grant(FrameKind.ResponseCredit, number, bytes),
            () => Abandon(number));
        _outgoing[number] = call;
        var sent = _sender.Send(new FrameHead(FrameKind.Request, method, request.Body is not null, number, request.Payload.Length), request.Payload.Span);
        if (!sent || Closed.IsCompleted) call.Fail(new LinkClosedException());
        await using (cancellation.UnsafeRegister(_ => Abandon(number), null))
        {
            try
            {
                if (request.Body is { } body) await SendRequestBodyAsync(call, body);
                return await call.Answer;
            }
            catch when (!call.Answer.IsCompleted)
            {
                // The body could not be read to its end.
                Abandon(number);
                throw;
            }
            finally
            {
                // While a body of the response is under way the call goes on.
                if (!call.HasResponseBody) _outgoing.TryRemove(number, out _);
            }
        }
    }

    /// <summary>Tells the other side something that nobody answers; false when it could not be told.</summary>
    public bool Notify(LinkMethod method, ReadOnlySpan<byte> notice) =>
        _sender.Send(new FrameHead(FrameKind.Notice, method, HasBody: false, Call: 0, notice.Length), notice);

    /// <summary>Ends the link; calls under way fail.</summary>
    public void Dispose()
    {
        _socket.ShutDown();
        _sender.Dispose();
    }

    private static async Task SendRequestBodyAsync(OutgoingCall call, Stream body)
    {
        await using (body)
        {
            // An answer that comes before everything is sent ends the sending.
            _ = call.Answer.ContinueWith(static (_, sending) => ((OutboundBody)sending!).Stop(), call.RequestBody, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await call.RequestBody!.SendAsync(body);
        }
    }

    private void Read()
    {
        try
        {
            FrameReader reader = new(_socket);
            while (reader.TryRead(out var head, out var payload)) Take(head, payload);
        }
        catch (InvalidDataException)
        {
            // Whoever sent this cannot be spoken with: as good as gone.
        }
        finally
        {
            _closed.TrySetResult();
            LinkClosedException gone = new();
            foreach (var (_, call) in _outgoing) call.Fail(gone);
            foreach (var (_, call) in _incoming) call.Fail(gone);
            Dispose();
            _socket.Dispose();
        }
    }

    private void Take(FrameHead head, ReadOnlySpan<byte> payload)
    {
        switch (head.Kind)
        {
            case FrameKind.Request:
                Begin(head, payload.ToArray());
                break;
            case FrameKind.Notice:
                _handler.Hear(head.Method, payload);
                break;
            case FrameKind.RequestBody or FrameKind.ResponseCredit or FrameKind.Cancel:
                if (_incoming.TryGetValue(head.Call, out var incoming)) incoming.Take(head.Kind, payload);
                break;
            default:
                if (_outgoing.TryGetValue(head.Call, out var outgoing) && outgoing.Take(head, payload, _handler)) _outgoing.TryRemove(head.Call, out _);
                break;
        }
    }

    private void Begin(FrameHead head, byte[] payload)
    {
        var number = head.Call;
        IncomingCall call = new(
            head.HasBody ? new InboundBody(bytes => Grant(FrameKind.RequestCredit, number, bytes), static () => { }) : null,
            new OutboundBody(piece => Send(FrameKind.ResponseBody, number, piece.Span)));
        _incoming[number] = call;
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Link.AnswerAsync(work.Number, work.Method, work.Call, work.Payload), (Link: this, Number: number, head.Method, Call: call, Payload: payload), preferLocal: false);
    }

    private async Task AnswerAsync(uint number, LinkMethod method, IncomingCall call, byte[] payload)
    {
        var answered = false;
        try
        {
            var answer = await _handler.HandleAsync(method, new LinkMessage(payload, call.RequestBody), call.Cancellation);
            _sender.Send(new FrameHead(FrameKind.Response, method, answer.Body is not null, number, answer.Payload.Length), answer.Payload.Span);
            answered = true;
            if (answer.Body is not { } body) return;
            await using (body) await call.ResponseBody.SendAsync(body);
        }
        catch (Exception failure)
        {
            var told = _handler.Describe(failure);
            _sender.Send(new FrameHead(answered ? FrameKind.ResponseBroken : FrameKind.Failure, method, HasBody: false, number, told.Length), told);
        }
        finally
        {
            _incoming.TryRemove(number, out _);
            call.Dispose();
        }
    }

    private void Abandon(uint call)
    {
        if (!_outgoing.TryRemove(call, out var abandoned)) return;
        Send(FrameKind.Cancel, call, default);
        abandoned.Fail(new OperationCanceledException());
    }

    private void Grant(FrameKind kind, uint call, int bytes)
    {
        Span<byte> amount = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(amount, bytes);
        Send(kind, call, amount);
    }

    private bool Send(FrameKind kind, uint call, ReadOnlySpan<byte> payload) =>
        _sender.Send(new FrameHead(kind, LinkMethod.None, HasBody: false, call, payload.Length), payload);
}
