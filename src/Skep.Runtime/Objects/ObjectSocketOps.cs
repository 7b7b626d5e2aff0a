using System.Text;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>Ops of <c>js/durable-objects/sockets.ts</c>. The first argument is the object's number.</summary>
internal static unsafe class ObjectSocketOps
{
    private const int MostTags = 10;
    private const int LongestTag = 256;
    private const int LargestPair = 2048;

    public static void Register(OpTable ops)
    {
        ops.Add("object_socket_accept", &Accept);
        ops.Add("object_socket_connect", &Connect);
        ops.Add("object_socket_list", &List);
        ops.Add("object_socket_tags", &Tags);
        ops.Add("object_socket_state", &State);
        ops.Add("object_socket_send", &Send);
        ops.Add("object_socket_close", &Close);
        ops.Add("object_socket_buffered", &Buffered);
        ops.Add("object_socket_attach", &Attach);
        ops.Add("object_socket_attachment", &Attachment);
        ops.Add("object_socket_handled", &Handled);
        ops.Add("object_socket_responded", &Responded);
        ops.Add("object_auto_response_set", &SetAutoResponse);
        ops.Add("object_auto_response", &AutoResponse);
        ops.Add("object_event_timeout_set", &SetTimeout);
        ops.Add("object_event_timeout", &Timeout);
    }

    private static ObjectSockets Sockets(in OpCall call) => ObjectOps.Instance(in call).Live.Sockets;

    private static ObjectSocket? Find(in OpCall call) => Sockets(in call).Find(call[1].Int32);

    private static void Accept(in OpCall call)
    {
        var instance = ObjectOps.Instance(in call);
        string[] tags = [.. call[1].ToStringArray().Distinct(StringComparer.Ordinal)];
        if (tags.Length > MostTags) throw JsException.Plain($"a Hibernatable WebSocket cannot have more than {MostTags} tags");
        foreach (var tag in tags)
        {
            if (tag.Length > LongestTag) throw JsException.Plain($"\"{tag}\" is longer than the max tag length ({LongestTag} characters).");
        }

        call.Return(instance.Live.Sockets.Accept(instance.Worker, tags).Id);
    }

    private static void Connect(in OpCall call)
    {
        if (Find(in call) is not { } socket) throw JsException.Plain("Network connection lost.");
        var request = WebSocketOps.FindAsked(in call, 2);
        var answer = WebSocketOps.BeginAnswer(request, call[3], call[4], call[5], out var compression);
        socket.Connect(answer.AcceptWebSocketAsync(), ((GatedFetchEvent)request.Detach()).Inner, compression);
    }

    private static void List(in OpCall call)
    {
        var found = Sockets(in call).List(call[1].Kind == JsKind.String ? call[1].ToString() : null);
        var values = new JsArgument[found.Count];
        for (var i = 0; i < values.Length; i++) values[i] = found[i];
        call.Return(call.Isolate.NewArray(values));
    }

    private static void Tags(in OpCall call) => call.Return(call.Isolate.NewStringArray([.. Find(in call)?.Tags ?? []]));

    // 1: the object has closed its half, 2: the peer its, 4: it is over.
    private static void State(in OpCall call) =>
        call.Return(Find(in call) is { } socket ? (socket.HasClosed ? 1 : 0) | (socket.PeerHasClosed ? 2 : 0) | (socket.IsOver ? 4 : 0) : 4);

    private static void Send(in OpCall call)
    {
        var instance = ObjectOps.Instance(in call);
        if (instance.Live.Sockets.Find(call[1].Int32) is not { IsOver: false, IsConnected: true } socket) return;
        var data = call[2];
        if (data.Kind == JsKind.String) socket.Send(instance.Output, Opcode.Text, new TextPayload(data));
        else socket.Send(instance.Output, Opcode.Binary, new BytesPayload(data.Bytes));
        instance.AddUnsent(socket);
    }

    private static void Close(in OpCall call)
    {
        var instance = ObjectOps.Instance(in call);
        if (instance.Live.Sockets.Find(call[1].Int32) is not { IsOver: false, IsConnected: true } socket) return;
        socket.Close(instance.Output, call[2].Int32, call[3].ToString());
        instance.AddUnsent(socket);
    }

    private static void Buffered(in OpCall call) => call.Return(Find(in call)?.Unsent ?? 0);

    private static void Attach(in OpCall call)
    {
        if (Find(in call) is { } socket) socket.Attachment = call[2].Bytes.ToArray();
    }

    private static void Attachment(in OpCall call)
    {
        if (Find(in call)?.Attachment is not { } kept) return;
        var bytes = call.Isolate.NewBytes(kept.Length, out var memory);
        kept.CopyTo(memory);
        call.Return(bytes);
    }

    private static void Handled(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        if (call[1].Kind != JsKind.Undefined) isolate.ReportUncaught(isolate.Describe(call[1].Local));
        isolate.FindInvocation(call[0].Int32).HandlerEnded();
    }

    private static void Responded(in OpCall call)
    {
        if (Find(in call)?.AutoResponded is { } moment) call.Return(moment);
    }

    private static void SetAutoResponse(in OpCall call)
    {
        var sockets = Sockets(in call);
        sockets.AutoResponse = call[1].Kind == JsKind.String ? (Text(call[1], "Request", "request"), Text(call[2], "Response", "response")) : null;
    }

    private static byte[] Text(JsValue value, string kind, string lower)
    {
        var bytes = Encoding.UTF8.GetBytes(value.ToString());
        return bytes.Length <= LargestPair
            ? bytes
            : throw JsException.Range($"{kind} cannot be larger than {LargestPair} bytes. A {lower} of size {bytes.Length} was provided.");
    }

    private static void AutoResponse(in OpCall call)
    {
        if (Sockets(in call).AutoResponse is { } pair)
            call.Return(call.Isolate.NewStringArray([Encoding.UTF8.GetString(pair.Request), Encoding.UTF8.GetString(pair.Response)]));
    }

    private static void SetTimeout(in OpCall call) =>
        Sockets(in call).EventTimeout = call[1].Kind == JsKind.Undefined ? null : TimeSpan.FromMilliseconds(call[1].Number);

    private static void Timeout(in OpCall call)
    {
        if (Sockets(in call).EventTimeout is { } timeout) call.Return(timeout.TotalMilliseconds);
    }
}
