using System.Text.Unicode;
using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>A connection as an isolate has it: hands messages to JavaScript, a turn for all that have arrived, and keeps its
/// invocation alive while it is open.</summary>
internal sealed class HostWebSocket : IWebSocketReceiver
{
    private readonly WorkerIsolate isolate;
    private readonly ReceiveTask receiving;
    private Stream? stream;
    private CancellationTokenRegistration goingDown;
    private InboundBatch? inbox;
    private string? failure;
    private bool accepted;
    private bool started;
    private bool holdsOwner;
    private bool told;

    private HostWebSocket(WorkerIsolate isolate, Invocation owner, in WebSocketSettings settings)
    {
        this.isolate = isolate;
        Owner = owner;
        IsClient = settings.IsClient;
        Connection = new WebSocketConnection(in settings, this);
        receiving = new ReceiveTask(this) { Invocation = owner, Gate = owner.Context.Input };
    }

    /// <summary>Its number in JavaScript.</summary>
    public int Id { get; set; }

    /// <summary>The request whose answer it is, or whose code opened it.</summary>
    public Invocation Owner { get; }

    /// <summary>The worker opened it; otherwise a client of the worker's.</summary>
    public bool IsClient { get; }

    public WebSocketConnection Connection { get; }

    /// <summary>Is in the table's list of those to flush.</summary>
    public bool IsUnsent { get; set; }

    /// <summary>The extensions that were offered and agreed on when the worker opened it, as in the headers.</summary>
    public string? Offered { get; init; }

    /// <inheritdoc cref="Offered"/>
    public string? Agreed { get; init; }

    /// <summary>The server's end of a connection that an invocation answers with. It keeps the invocation from the start.</summary>
    public static HostWebSocket Serve(WorkerIsolate isolate, FetchInvocation owner, DeflateAgreement? compression)
    {
        HostWebSocket socket = new(isolate, owner, Settings(isolate, compression, isClient: false));
        isolate.WebSockets.Add(socket);
        socket.HoldOwner();
        return socket;
    }

    /// <summary>The client's end of a connection that a subrequest got. It keeps the invocation from its acceptance.</summary>
    public static HostWebSocket Connect(WorkerIsolate isolate, Invocation owner, Stream stream, DeflateAgreement? compression, string? offered, string? agreed)
    {
        HostWebSocket socket = new(isolate, owner, Settings(isolate, compression, isClient: true)) { stream = stream, Offered = offered, Agreed = agreed };
        isolate.WebSockets.Add(socket);
        return socket;
    }

    /// <summary>JavaScript wants its messages.</summary>
    public void Accept()
    {
        if (accepted) return;
        accepted = true;
        if (IsClient)
        {
            HoldOwner();
            Connection.Attach(stream!);
        }

        StartIfReady();
    }

    /// <summary>The client's connection is there. Null: there will be none.</summary>
    public void Attach(Stream? connection, CancellationToken serverGoesDown)
    {
        if (connection is null)
        {
            Connection.Abort();
            return;
        }

        stream = connection;
        Connection.Attach(connection);
        goingDown = serverGoesDown.UnsafeRegister(static self => ((HostWebSocket)self!).Connection.Shutdown(CloseCode.GoingAway, "The server is going down."), this);
        StartIfReady();
    }

    /// <summary>The client has gone. Nobody would notice while nothing is read.</summary>
    public void ClientGone()
    {
        if (!started) Connection.Abort();
    }

    /// <summary>Gives the connection away, for others to use; nobody has read from it or written to it.</summary>
    public Stream Release()
    {
        isolate.WebSockets.Remove(Id);
        return stream!;
    }

    /// <summary>A message did not find a place any more: the peer does not keep up.</summary>
    public void Overflow()
    {
        failure = $"The WebSocket's peer does not read what it is sent: {Connection.Unsent} bytes are waiting. The connection was closed.";
        Connection.Abort();
    }

    /// <summary>Its invocation has ended.</summary>
    public void Drop()
    {
        goingDown.Dispose();
        if (IsClient && !accepted) stream!.Dispose();
        else Connection.Abort();
    }

    /// <inheritdoc/>
    void IWebSocketReceiver.Received(InboundBatch batch)
    {
        inbox = batch;
        isolate.Post(receiving);
    }

    /// <inheritdoc/>
    void IWebSocketReceiver.Lost(string? problem) => isolate.Post(new LostTask(this, problem) { Invocation = Owner, Gate = Owner.Context.Input });

    /// <inheritdoc/>
    void IWebSocketReceiver.Ended(bool clean) => isolate.Post(new EndedTask(this) { Invocation = Owner, Gate = Owner.Context.Input });

    private static WebSocketSettings Settings(WorkerIsolate isolate, DeflateAgreement? compression, bool isClient) => new()
    {
        IsClient = isClient,
        Compression = compression,
        Budget = isolate.WebSockets.Budget,
        Time = isolate.Worker.Runtime.Time,
    };

    private void StartIfReady()
    {
        if (started || !accepted || stream is null) return;
        started = true;
        Connection.Start();
    }

    private void HoldOwner()
    {
        holdsOwner = true;
        Owner.Pending++;
        if (IsClient) Owner.WaitUntil++;
    }

    private void TellLost(ref TurnResult result)
    {
        if (told) return;
        told = true;
        JsResult js = default;
        isolate.Engine.CallHost(HostFunction.WebSocketLost, [Id, failure is null ? JsArgument.Undefined : isolate.Engine.NewString(failure)], ref js);
        result.Take(in js);
    }

    private void Deliver(in InboundMessage message, ref TurnResult result)
    {
        var engine = isolate.Engine;
        var payload = message.Payload;
        JsResult js = default;
        switch (message.Code)
        {
            case Opcode.Close:
                told = true;
                engine.CallHost(HostFunction.WebSocketClosed, [Id, message.Status, engine.NewStringUtf8(payload)], ref js);
                break;
            case Opcode.Text:
                engine.CallHost(HostFunction.WebSocketMessage, [Id, System.Text.Ascii.IsValid(payload) ? engine.NewStringLatin1(payload) : engine.NewStringUtf8(payload)], ref js);
                break;
            default:
                var buffer = engine.NewArrayBuffer(payload.Length, out var memory);
                payload.CopyTo(memory);
                engine.CallHost(HostFunction.WebSocketMessage, [Id, buffer], ref js);
                break;
        }

        result.Take(in js);
    }

    /// <summary>All that has arrived, in one turn. Each message is a task: its microtasks run before the next.</summary>
    private sealed class ReceiveTask(HostWebSocket socket) : IsolateTask
    {
        public override bool IsEvent => true;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            var batch = socket.inbox!;
            socket.inbox = null;
            try
            {
                foreach (var message in batch.Messages)
                {
                    if (Invocation!.Ended || result.Status == JsStatus.Terminated) break;
                    socket.Deliver(in message, ref result);
                }
            }
            catch (JsException exception)
            {
                // No room for it in the isolate.
                socket.failure = exception.Message;
                socket.Connection.Abort();
            }
            finally
            {
                batch.Return(isolate.WebSockets.Budget);
                socket.Connection.Taken();
            }
        }

        public override void Lost()
        {
            socket.inbox!.Return(socket.isolate.WebSockets.Budget);
            socket.inbox = null;
            socket.Connection.Abort();
            socket.Connection.Taken();
        }
    }

    private sealed class LostTask(HostWebSocket socket, string? problem) : IsolateTask
    {
        public override bool IsEvent => true;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            if (Invocation!.Ended) return;
            socket.failure ??= problem;
            socket.TellLost(ref result);
        }
    }

    private sealed class EndedTask(HostWebSocket socket) : IsolateTask
    {
        public override bool IsEvent => true;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            socket.goingDown.Dispose();
            if (Invocation!.Ended) return;
            socket.TellLost(ref result);
            isolate.WebSockets.Remove(socket.Id);
            if (!socket.holdsOwner) return;
            Invocation.Pending--;
            if (socket.IsClient) Invocation.WaitUntil--;
            else ((FetchInvocation)Invocation).EndBody();
        }
    }
}
