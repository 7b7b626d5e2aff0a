using System.Threading.Tasks.Sources;

namespace Skep.Runtime.WebSockets;

/// <summary>One WebSocket connection over a stream: messages in both directions, pings answered, the closing handshake. While
/// nothing arrives it holds no buffer.</summary>
internal sealed class WebSocketConnection : IValueTaskSource
{
    // What a peer has to answer a close frame, or to take the last bytes, before it is cut off.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(5);

    private const int Open = 0;
    private const int Over = 1;

    private const int Delivered = 0;
    private const int TakenAlready = 1;
    private const int Awaited = 2;

    private readonly WebSocketSettings settings;
    private readonly IWebSocketReceiver receiver;
    private readonly FrameDecoder decoder;
    private readonly FrameWriter writer;
    private ManualResetValueTaskSourceCore<bool> takenSignal = new() { RunContinuationsAsynchronously = true };
    private Stream? stream;
    private ITimer? closing;
    private byte[] carried = [];
    private int handOver;
    private int state;
    private volatile bool peerIsDone;

    public WebSocketConnection(in WebSocketSettings settings, IWebSocketReceiver receiver)
    {
        this.settings = settings;
        this.receiver = receiver;
        var inflater = settings.Compression is { } agreed ? new MessageInflater(agreed.PeerKeepsContext) : null;
        decoder = new FrameDecoder(!settings.IsClient, settings.MaxMessage, inflater, settings.Budget);
        writer = new FrameWriter(settings.IsClient, settings.Compression is { MayCompress: true }, settings.Budget, TryFinish);
    }

    /// <summary>Bytes that the peer has still to take.</summary>
    public int Unsent => writer.Unsent;

    /// <summary>This side has sent its close frame.</summary>
    public bool HasClosed => writer.HasClosed;

    /// <summary>Gives it its stream; what was sent before waited for it.</summary>
    public void Attach(Stream connection)
    {
        stream = connection;
        writer.Attach(connection);
        if (state == Over) connection.Dispose();
        else writer.Flush();
    }

    /// <summary>Begins to read. Once.</summary>
    public void Start() => _ = ReadAsync();

    /// <summary>Sends a message with the next <see cref="Flush"/>. False when the peer has too much to take already.</summary>
    public bool TrySend<TPayload>(Opcode code, scoped TPayload payload)
        where TPayload : IFramePayload, allows ref struct => writer.TrySend(code, payload);

    /// <summary>Sends the close frame with the next <see cref="Flush"/>.</summary>
    public void Close(int status, string reason) => writer.SendClose(status, reason);

    /// <summary>Where in what a Durable Object sends the last call of <see cref="Hold"/> was; negative when nothing is kept. Whoever calls that keeps it.</summary>
    public long HeldAt { get; set; } = -1;

    /// <summary>Keeps what is sent from now on until <see cref="Release"/> was called once for each call of this so far.</summary>
    public void Hold() => writer.Hold();

    /// <summary>Sends what was kept since the first of the calls of <see cref="Hold"/> that are left, up to the next.</summary>
    public void Release() => writer.Release();

    /// <summary>Sends what has gathered, in one write.</summary>
    public void Flush() => writer.Flush();

    /// <summary>Closes it from this side's host: the peer is told, has a moment to answer, and is cut off then.</summary>
    public void Shutdown(int status, string reason)
    {
        writer.SendClose(status, reason);
        SetPatience(ShutdownPatience);
        writer.Flush();
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort() => Finish(clean: false);

    /// <summary>The batch was consumed: reading goes on.</summary>
    public void Taken()
    {
        if (Interlocked.CompareExchange(ref handOver, TakenAlready, Delivered) == Awaited) takenSignal.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => takenSignal.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => takenSignal.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? given, short token, ValueTaskSourceOnCompletedFlags flags) =>
        takenSignal.OnCompleted(continuation, given, token, flags);

    private async Task ReadAsync()
    {
        string? failure = null;
        try
        {
            if (await ReadMessagesAsync().ConfigureAwait(false))
            {
                await WatchForEndAsync().ConfigureAwait(false);
                return;
            }
        }
        catch (WebSocketProtocolException exception)
        {
            failure = exception.Message;
            writer.SendClose(exception.Code, exception.Message);
            writer.Flush();
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // The peer is gone: that is what Lost tells.
        }
        finally
        {
            decoder.Clear();
        }

        receiver.Lost(failure);
        if (failure is null) Finish(clean: false);
        else PeerIsDone();
    }

    /// <summary>True when the peer closed its half, false when it is gone.</summary>
    private async ValueTask<bool> ReadMessagesAsync()
    {
        var connection = stream!;
        while (state == Open)
        {
            // Waits without a buffer.
            if (!decoder.AwaitsPayload) await connection.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            var batch = InboundBatch.Rent(carried);
            try
            {
                carried = [];
                WebSocketProtocolException? failure = null;
                try
                {
                    if (!await ReadIntoAsync(connection, batch).ConfigureAwait(false)) return false;
                }
                catch (WebSocketProtocolException exception)
                {
                    // What came before it in the same read counts.
                    failure = exception;
                }

                if (!decoder.IsClosed && batch.Unread.Length > 0) carried = batch.Unread.ToArray();
                if (batch.Ping.Length >= 0) Answer(batch.PingPayload);
                // Known before the batch is delivered: the answer to its close frame can then be the end.
                if (decoder.IsClosed) peerIsDone = true;
                if (batch.Messages.Count > 0)
                {
                    var delivered = batch;
                    batch = null;
                    await DeliverAsync(delivered).ConfigureAwait(false);
                }

                if (failure is not null) throw failure;
            }
            finally
            {
                batch?.Return(settings.Budget);
            }

            if (decoder.IsClosed) return true;
        }

        return false;
    }

    /// <summary>One read, decoded. False at the stream's end.</summary>
    private async ValueTask<bool> ReadIntoAsync(Stream connection, InboundBatch batch)
    {
        if (decoder.AwaitsPayload)
        {
            var room = decoder.PayloadRoom();
            var filled = await connection.ReadAsync(room).ConfigureAwait(false);
            if (filled == 0) return false;
            decoder.PayloadFilled(batch, room.Span[..filled]);
            return true;
        }

        var read = await connection.ReadAsync(batch.Room).ConfigureAwait(false);
        if (read == 0) return false;
        batch.Filled(read);
        decoder.Decode(batch);
        return true;
    }

    private ValueTask DeliverAsync(InboundBatch batch)
    {
        takenSignal.Reset();
        Volatile.Write(ref handOver, Delivered);
        receiver.Received(batch);
        return Interlocked.CompareExchange(ref handOver, Awaited, Delivered) == TakenAlready ? default : new ValueTask(this, takenSignal.Version);
    }

    private void Answer(ReadOnlySpan<byte> ping)
    {
        writer.SendPong(ping);
        writer.Flush();
    }

    /// <summary>The peer has closed its half: all that can come is the connection's end.</summary>
    private async ValueTask WatchForEndAsync()
    {
        PeerIsDone();
        var connection = stream!;
        try
        {
            await connection.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            if (await connection.ReadAsync(new byte[1]).ConfigureAwait(false) > 0) return;
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // Just what was watched for.
        }

        Finish(clean: writer.HasClosed && writer.IsIdle);
    }

    private void PeerIsDone()
    {
        peerIsDone = true;
        TryFinish();
    }

    /// <summary>Ends it when both halves are closed and all is written.</summary>
    private void TryFinish()
    {
        if (!writer.HasClosed && !writer.IsBroken) return;
        if (writer.IsBroken || (peerIsDone && writer.IsIdle)) Finish(clean: !writer.IsBroken);
        else SetPatience(ClosePatience);
    }

    private void SetPatience(TimeSpan patience)
    {
        if (closing is not null || state == Over) return;
        var timer = settings.Time.CreateTimer(static self => ((WebSocketConnection)self!).Abort(), this, patience, Timeout.InfiniteTimeSpan);
        if (Interlocked.CompareExchange(ref closing, timer, null) is not null) timer.Dispose();
    }

    private void Finish(bool clean)
    {
        if (Interlocked.Exchange(ref state, Over) == Over) return;
        closing?.Dispose();
        writer.Break();
        // The server's end of a connection that ended well is closed by whoever answered the request.
        if (!clean || settings.IsClient) stream?.Dispose();
        receiver.Ended(clean);
    }

    private static bool IsLoss(Exception exception) =>
        exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or NotSupportedException;
}
