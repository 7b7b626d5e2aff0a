using System.IO.Pipelines;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Ops on bodies that JavaScript produces (docs/js-layer.md).</summary>
internal static unsafe class SinkOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("sink_open", &Open);
        ops.Add("sink_write", &Write);
        ops.Add("sink_close", &Close);
        ops.Add("sink_abort", &Abort);
    }

    private static void Open(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        HostSink sink = new(isolate.RequireInvocation());
        sink.Id = isolate.Sinks.Add(sink);
        call.Return(sink.Id);
    }

    private static void Write(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var sink = isolate.FindSink(call[0].Int32);
        isolate.Touch(sink.Owner);
        if (sink.Write(call[1].Bytes) is not { } flush) return;
        if (flush.IsCompletedSuccessfully)
        {
            if (flush.Result.IsCompleted) throw JsException.Plain("Network connection lost.");
            return;
        }

        new TaskOp<FlushResult>(static (_, result) =>
            result.IsCompleted || result.IsCanceled ? throw JsException.Plain("Network connection lost.") : JsArgument.Undefined).Start(in call, flush.AsTask());
    }

    private static void Close(in OpCall call) => End(in call, failure: null);

    private static void Abort(in OpCall call) => End(in call, call[1].ToString());

    private static void End(in OpCall call, string? failure)
    {
        var isolate = call.State<WorkerIsolate>();
        if (isolate.Sinks.Remove(call[0].Int32) is not { } sink) return;
        isolate.Touch(sink.Owner);
        sink.Close(failure);
    }
}
