using System.Buffers;
using System.Text;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Ops on bodies that the host holds (docs/js-layer.md).</summary>
internal static unsafe class BodyOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("body_read", &Read);
        ops.Add("body_read_all", &ReadAll);
        ops.Add("body_read_text", &ReadText);
        ops.Add("body_cancel", &Cancel);
    }

    private static void Read(in OpCall call)
    {
        var body = call.State<WorkerIsolate>().FindBody(call[0].Int32);
        new BodyReadOp(body, Math.Clamp(call[1].Int32, 1, 64 << 10)).Start(in call);
    }

    private static void ReadAll(in OpCall call)
    {
        var body = call.State<WorkerIsolate>().TakeBody(call[0].Int32);
        var limit = double.IsFinite(call[1].Number) ? (long)call[1].Number : long.MaxValue;
        new BodyCollectOp(body, limit, asText: false).Start(in call);
    }

    private static void ReadText(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        new BodyCollectOp(isolate.TakeBody(call[0].Int32), long.MaxValue, asText: true).Start(in call);
    }

    private static void Cancel(in OpCall call) => call.State<WorkerIsolate>().Bodies.Remove(call[0].Int32)?.Cancel();
}
