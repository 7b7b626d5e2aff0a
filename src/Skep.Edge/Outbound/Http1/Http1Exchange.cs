using System.Buffers;
using System.Net;
using Skep.Edge.Outbound.Connections;

namespace Skep.Edge.Outbound.Http1;

/// <summary>One request and its response on a connection, in both directions at once. When both have ended in good order the
/// connection goes back to its origin; whatever else happens closes it.</summary>
internal sealed class Http1Exchange(Http1Connection connection, Origin origin, Http1Request request)
{
    // What is left to do; nothing when the connection has been given back.
    private const int Sending = 1;
    private const int Receiving = 2;
    private const int Over = 4;

    // A body up to this length goes out together with the head.
    private const int SmallBody = 16 << 10;

    // For an origin that has answered in full and takes its time to read the end of what it answered.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private int _state = Receiving;
    private RequestBodySender? _sender;
    private Task _sending = Task.CompletedTask;
    private ResponseHead? _head;

    /// <summary>Where the request goes.</summary>
    public OriginEndpoint Endpoint => origin.Endpoint;

    /// <summary>The origin has begun to answer.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Sends the head, starts to send the body, and returns with the response's head.</summary>
    public async ValueTask<ResponseHead> SendAsync(int maxHeadBytes, CancellationToken cancellation)
    {
        try
        {
            await SendHeadAsync(cancellation);
            do
            {
                _head = await ReceiveHeadAsync(maxHeadBytes, cancellation);
            }
            while (_head.IsInterim);
            return _head;
        }
        catch
        {
            Close();
            cancellation.ThrowIfCancellationRequested();
            ThrowIfSourceFailed();
            throw;
        }
    }

    /// <summary>The response's body; null when it can have none. Called once.</summary>
    public ResponseBodyStream? OpenBody()
    {
        ResponseHead head = _head!;
        if (request.Method == "HEAD" || head.Status is 204 or 304)
        {
            Received();
            return null;
        }

        if (head.Status == 205)
        {
            // https://fetch.spec.whatwg.org/#null-body-status; what an origin sends all the same is not worth reading.
            if (head.ContentLength == 0 && !head.IsChunked)
                Received();
            else
                Close();
            return null;
        }

        return new ResponseBodyStream(connection, this, head);
    }

    /// <summary>After a 101: the connection, which is no longer this exchange's.</summary>
    public Stream Detach()
    {
        Interlocked.Exchange(ref _state, Over);
        return connection.Detach();
    }

    /// <summary>The response has been read to its end.</summary>
    public void Received()
    {
        if (_head!.Closes || !connection.Buffered.IsEmpty)
        {
            Close();
            return;
        }

        connection.ReleaseBuffer();
        if (Finish(Receiving) == Sending)
        {
            if (_sender!.IsEnding)
                _ = LingerAsync();
            else
                Close();
        }
    }

    /// <summary>The request has been sent to its end.</summary>
    public void Sent() => Finish(Sending);

    /// <summary>When the source of the request's body broke, that explains whatever else is wrong.</summary>
    public void ThrowIfSourceFailed()
    {
        if (_sender?.SourceFailure is { } cause)
            throw cause;
    }

    /// <summary>Ends the exchange in whatever state it is, without waiting for anything; nothing when it has ended.</summary>
    public void Close()
    {
        int state;
        do
        {
            state = Volatile.Read(ref _state);
            if (state == 0 || (state & Over) != 0)
                return;
        }
        while (Interlocked.CompareExchange(ref _state, state | Over, state) != state);
        connection.Close();
        _sender?.Stop();
    }

    private async ValueTask SendHeadAsync(CancellationToken cancellation)
    {
        bool together = request.Stream is null && request.Bytes.Length <= SmallBody;
        try
        {
            ArraySegment<byte> head = RequestHeadWriter.Write(request, origin.Endpoint, together ? request.Bytes.Span : default);
            await connection.WriteAsync(head, cancellation);

            // Only here: after a failure the connection may still have it.
            ArrayPool<byte>.Shared.Return(head.Array!);
        }
        catch
        {
            await request.ReleaseBodyAsync();
            throw;
        }

        if (together)
            return;
        _state |= Sending;
        _sender = new RequestBodySender(connection, request);
        _sending = _sender.SendAsync(this);
    }

    private async ValueTask<ResponseHead> ReceiveHeadAsync(int maxBytes, CancellationToken cancellation)
    {
        int scanned = 0;
        while (true)
        {
            int length = ResponseHeadParser.FindEnd(connection.Buffered, ref scanned);
            if (length > maxBytes || (length < 0 && connection.Buffered.Length > maxBytes))
                throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "The response head is too large.");
            if (length < 0)
            {
                await connection.FillAsync(cancellation);
                IsAnswered = true;
                continue;
            }

            ResponseHead head = ResponseHeadParser.Parse(connection.Buffered[..length]);
            connection.Skip(length);
            if (head.Status == 101 && !(request.Source.Upgrade is { } protocol && protocol.Equals(head.Upgrade, StringComparison.OrdinalIgnoreCase)))
                throw ResponseHeadParser.Invalid("it switches protocols unasked");
            return head;
        }
    }

    // What is left of the state.
    private int Finish(int part)
    {
        int left = Interlocked.And(ref _state, ~part) & ~part;
        if (left == 0)
            origin.Return(connection);
        return left;
    }

    private async Task LingerAsync()
    {
        try
        {
            await _sending.WaitAsync(_patience);
        }
        catch (TimeoutException)
        {
            // Closed below, as after a failure; a connection that was given back meanwhile stays open.
        }

        Close();
    }
}
