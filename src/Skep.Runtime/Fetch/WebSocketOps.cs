using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Ops of <c>js/websockets</c>.</summary>
internal static unsafe class WebSocketOps
{
    private const string ExtensionsHeader = "sec-websocket-extensions";

    public static void Register(OpTable ops)
    {
        ops.Add("respond_websocket", &Respond);
        ops.Add("respond_websocket_pipe", &RespondPipe);
        ops.Add("websocket_accept", &Accept);
        ops.Add("websocket_send", &Send);
        ops.Add("websocket_close", &Close);
        ops.Add("websocket_buffered", &Buffered);
        ops.Add("websocket_deliver", &DeliverLater);
    }

    private static HostWebSocket? Find(in OpCall call) => call.State<WorkerIsolate>().WebSockets.Find(call[0].Int32);

    /// <summary>The request with the number at <paramref name="at"/>, which asks for a WebSocket.</summary>
    public static FetchInvocation FindAsked(in OpCall call, int at)
    {
        var invocation = (FetchInvocation)call.State<WorkerIsolate>().FindInvocation(call[at].Int32);
        if (!invocation.WantsWebSocket)
        {
            throw JsException.Type("Worker tried to return a WebSocket in a response to a request which did not contain the header \"Upgrade: websocket\".");
        }

        return invocation;
    }

    /// <summary>Answers that the protocol is switched.</summary>
    public static FetchEvent BeginAnswer(FetchInvocation invocation, JsValue statusText, JsValue headers, JsValue compress, out DeflateAgreement? compression)
    {
        string? extensions = null;
        compression = compress.Boolean ? DeflateAgreement.Accept(invocation.GetHeader(ExtensionsHeader), out extensions) : null;
        var response = invocation.BeginResponse(101, statusText.Kind == JsKind.String ? statusText.ToString() : null);
        if (headers.Kind == JsKind.Array) HeaderReader.Copy(headers, response);
        if (extensions is not null) response.AddHeader(ExtensionsHeader, extensions);
        return response;
    }

    private static void Respond(in OpCall call)
    {
        var invocation = FindAsked(in call, 0);
        BeginAnswer(invocation, call[1], call[2], call[3], out var compression);
        var socket = HostWebSocket.Serve(call.State<WorkerIsolate>(), invocation, compression);
        invocation.Upgrade(socket);
        call.Return(socket.Id);
    }

    private static void RespondPipe(in OpCall call)
    {
        var invocation = FindAsked(in call, 0);
        if (call.State<WorkerIsolate>().WebSockets.Find(call[3].Int32) is not { } origin) throw JsException.Plain("Network connection lost.");
        if (origin.Agreed is not null && origin.Offered != invocation.GetHeader(ExtensionsHeader))
        {
            throw JsException.Type($"The origin agreed to the WebSocket extensions \"{origin.Agreed}\", which are not what the client offered. Give the client's Sec-WebSocket-Extensions header to fetch(), or none.");
        }

        var response = invocation.BeginResponse(101, call[1].Kind == JsKind.String ? call[1].ToString() : null);
        if (call[2].Kind == JsKind.Array) HeaderReader.Copy(call[2], response);
        if (origin.Agreed is { } agreed) response.AddHeader(ExtensionsHeader, agreed);
        invocation.PipeWebSocket(origin.Release());
    }

    private static void Accept(in OpCall call) => Find(in call)?.Accept();

    private static void Send(in OpCall call)
    {
        if (Find(in call) is not { } socket) return;
        WebSocketTable.HoldIfLocked(socket.Connection, socket.Owner.Context.Output);
        var data = call[1];
        var fits = data.Kind == JsKind.String
            ? socket.Connection.TrySend(Opcode.Text, new TextPayload(data))
            : socket.Connection.TrySend(Opcode.Binary, new BytesPayload(data.Bytes));
        if (fits) call.State<WorkerIsolate>().WebSockets.AddUnsent(socket);
        else socket.Overflow();
    }

    private static void Close(in OpCall call)
    {
        if (Find(in call) is not { } socket) return;
        WebSocketTable.HoldIfLocked(socket.Connection, socket.Owner.Context.Output);
        socket.Connection.Close(call[1].Int32, call[2].ToString());
        call.State<WorkerIsolate>().WebSockets.AddUnsent(socket);
    }

    private static void Buffered(in OpCall call) => call.Return(Find(in call)?.Connection.Unsent ?? 0);

    private static void DeliverLater(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        invocation.Pending++;
        isolate.Post(new LocalTask(call[0].Int32) { Invocation = invocation, Gate = isolate.GateOf(invocation) });
    }

    /// <summary>The turn for a message between the two ends of a pair.</summary>
    private sealed class LocalTask(int end) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            Invocation!.Pending--;
            if (Invocation.Ended) return;
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.WebSocketDeliver, [end], ref js);
            result.Take(in js);
        }
    }
}
