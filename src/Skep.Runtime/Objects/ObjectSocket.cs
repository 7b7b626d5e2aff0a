using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>A hibernatable WebSocket: stays open while its object has no instance, and wakes it with what arrives.</summary>
internal sealed class ObjectSocket(ObjectSockets all, Worker worker, int id, string[] tags) : IWebSocketReceiver
{
    private WebSocketConnection? connection;
    private FetchEvent? answered;
    private CancellationTokenRegistration goingDown;
    private bool toldEnd;
    private WorkerError? refused;

    public int Id => id;

    public Worker Worker => worker;

    public IReadOnlyList<string> Tags => tags;

    /// <summary>What its code keeps with it, serialised.</summary>
    public byte[]? Attachment { get; set; }

    /// <summary>When a message was last answered without code, in milliseconds since 1970.</summary>
    public double? AutoResponded { get; private set; }

    /// <summary>A request was answered with it.</summary>
    public bool IsConnected => connection is not null;

    /// <summary>Nothing can be sent or received any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The peer has sent its close frame.</summary>
    public bool PeerHasClosed { get; private set; }

    /// <summary>The object has sent its close frame.</summary>
    public bool HasClosed => connection?.HasClosed ?? false;

    public int Unsent => connection?.Unsent ?? 0;

    /// <summary>A request is answered with it.</summary>
    /// <param name="accepting">The connection, when it is there.</param>
    /// <param name="request">The event, to be ended with the connection.</param>
    public void Connect(ValueTask<Stream?> accepting, FetchEvent request, DeflateAgreement? compression)
    {
        answered = request;
        connection = new WebSocketConnection(new WebSocketSettings { Compression = compression, Budget = all.Budget, Time = all.Runtime.Time }, this);
        if (accepting.IsCompletedSuccessfully) Attach(accepting.Result);
        else _ = AttachAsync(accepting);
    }

    /// <summary>Sends a message with the next <see cref="Flush"/>; it waits for the gate while that is locked.</summary>
    public void Send<TPayload>(OutputGate gate, Opcode code, scoped TPayload payload)
        where TPayload : IFramePayload, allows ref struct
    {
        WebSocketTable.HoldIfLocked(connection!, gate);
        if (!connection!.TrySend(code, payload)) connection.Abort();
    }

    /// <summary>Closes its half, likewise.</summary>
    public void Close(OutputGate gate, int status, string reason)
    {
        WebSocketTable.HoldIfLocked(connection!, gate);
        connection!.Close(status, reason);
    }

    /// <summary>Sends what a turn left.</summary>
    public void Flush() => connection!.Flush();

    /// <summary>Ends it from outside.</summary>
    public void Shutdown(int status, string reason) => connection?.Shutdown(status, reason);

    /// <summary>The handler of its end is done: what the object has not closed is cut.</summary>
    public void EndHandled()
    {
        if (connection is { HasClosed: false } open) open.Abort();
        all.Remove(this);
    }

    /// <inheritdoc/>
    void IWebSocketReceiver.Received(InboundBatch batch)
    {
        if (all.AutoResponse is { } automatic) AnswerAutomatically(batch, automatic.Request, automatic.Response);
        if (batch.Messages.Count == 0)
        {
            Return(batch);
            return;
        }

        if (batch.Messages[^1].Code == Opcode.Close) toldEnd = PeerHasClosed = true;
        all.Live.Deliver(new SocketObjectEvent(this, all, batch, null));
    }

    /// <inheritdoc/>
    void IWebSocketReceiver.Lost(string? failure) => TellEnd(failure);

    /// <inheritdoc/>
    void IWebSocketReceiver.Ended(bool clean)
    {
        IsOver = true;
        goingDown.Dispose();
        var request = answered!;
        if (refused is null) request.Complete(new InvocationSummary(InvocationOutcome.Ok, default, default, 0));
        else request.Fail(refused, passThrough: false, new InvocationSummary(InvocationOutcome.Exception, default, default, 0, refused));
        TellEnd(null);
        if (PeerHasClosed && HasClosed) all.Remove(this);
    }

    /// <summary>Gives a batch back: reading goes on.</summary>
    public void Return(InboundBatch batch)
    {
        batch.Return(all.Budget);
        connection!.Taken();
    }

    /// <summary>The object cannot be told: there is no use in the connection any more.</summary>
    public void Abort()
    {
        connection?.Abort();
        all.Remove(this);
    }

    private void TellEnd(string? failure)
    {
        if (toldEnd) return;
        toldEnd = true;
        all.Live.Deliver(new SocketObjectEvent(this, all, null, failure));
    }

    private void AnswerAutomatically(InboundBatch batch, byte[] request, byte[] response)
    {
        var any = false;
        for (var i = 0; i < batch.Messages.Count; i++)
        {
            var message = batch.Messages[i];
            if (message.Code != Opcode.Text || !message.Payload.SequenceEqual(request)) continue;
            connection!.TrySend(Opcode.Text, new BytesPayload(response));
            message.Release(all.Budget);
            batch.Messages.RemoveAt(i--);
            any = true;
        }

        if (!any) return;
        AutoResponded = all.Runtime.Time.GetUtcNow().ToUnixTimeMilliseconds();
        connection!.Flush();
    }

    private void Attach(Stream? stream)
    {
        if (stream is null)
        {
            connection!.Abort();
            return;
        }

        connection!.Attach(stream);
        goingDown = answered!.GoingDown.UnsafeRegister(static self => ((ObjectSocket)self!).Shutdown(CloseCode.GoingAway, "The server is going down."), this);
        connection.Start();
    }

    private async Task AttachAsync(ValueTask<Stream?> accepting)
    {
        Stream? stream = null;
        try
        {
            stream = await accepting.ConfigureAwait(false);
        }
        catch (GateBrokenException broken)
        {
            refused = broken.Error;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone, which is what a connection that never comes means.
        }

        Attach(stream);
    }
}
