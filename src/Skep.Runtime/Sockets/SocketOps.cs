using System.Buffers;
using Skep.Abstractions.Channels;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Sockets;

/// <summary>Ops of <c>cloudflare:sockets</c>. A socket is a number.</summary>
internal static unsafe class SocketOps
{
    private const int MostAtOnce = 64 << 10;

    public static void Register(OpTable ops)
    {
        ops.Add("socket_connect", &Connect);
        ops.Add("socket_opened", &Opened);
        ops.Add("socket_read", &Read);
        ops.Add("socket_write", &Write);
        ops.Add("socket_end", &End);
        ops.Add("socket_start_tls", &StartTls);
        ops.Add("socket_close", &Close);
        ops.Add("socket_abort", &Abort);
    }

    private static void Connect(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        invocation.CountSubrequest();
        var host = call[0].ToString();
        WorkerSocket socket = new(invocation, host, call[1].Int32, call[2].Boolean);
        call.Return(isolate.Sockets.Add(socket));
        socket.Open(SocketRoutes.To(isolate.Worker, host) ?? invocation.Outbound);
    }

    private static WorkerSocket Find(in OpCall call)
    {
        var socket = call.State<WorkerIsolate>().Sockets.Find(call[0].Int32) ?? throw JsException.Type("The socket has been closed.");
        return socket.Owner == call.State<WorkerIsolate>().RequireInvocation() ? socket : throw JsException.Plain(WorkerIsolate.ForeignInvocation);
    }

    private static void Opened(in OpCall call) => Start(in call, Find(in call).OpenedAsync(), Addresses);

    private static void Read(in OpCall call) =>
        Start(in call, Find(in call).ReadAsync(Math.Clamp(call[1].Int32, 1, MostAtOnce)), static (isolate, bytes) =>
        {
            try
            {
                if (bytes.Count == 0) return JsArgument.Null;
                var value = isolate.Engine.NewBytes(bytes.Count, out var memory);
                bytes.AsSpan().CopyTo(memory);
                return value;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes.Array!);
            }
        });

    private static void Write(in OpCall call)
    {
        if (!Find(in call).Write(call[1].Bytes, out var done)) Start(in call, SocketTask.Done(done), Nothing);
    }

    private static void End(in OpCall call) => Start(in call, SocketTask.Done(Find(in call).EndWritingAsync()), Nothing);

    private static void StartTls(in OpCall call) =>
        Start(in call, Find(in call).StartTlsAsync(call[1].Kind == JsKind.String ? call[1].ToString() : null), Addresses);

    // It keeps its number: should the last bytes never get through, the end of the request closes it.
    private static void Close(in OpCall call) => Start(in call, SocketTask.Done(Find(in call).CloseAsync()), Nothing);

    private static void Abort(in OpCall call) => call.State<WorkerIsolate>().Sockets.Remove(call[0].Int32)?.Abort();

    private static void Start<T>(in OpCall call, Task<T> work, Func<WorkerIsolate, T, JsArgument> convert) =>
        new TaskOp<T>(convert).Start(in call, SocketTask.Described(work));

    private static JsArgument Addresses(WorkerIsolate isolate, SocketConnection connection) =>
        isolate.Engine.NewStringArray([connection.RemoteAddress, connection.LocalAddress]);

    private static JsArgument Nothing(WorkerIsolate isolate, bool done) => JsArgument.Undefined;
}
