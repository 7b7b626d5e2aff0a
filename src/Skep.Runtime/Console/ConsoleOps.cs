using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Console;

/// <summary>Ops of <c>js/console</c>.</summary>
internal static unsafe class ConsoleOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("console_log", &Log);
        ops.Add("console_trace", &Trace);
    }

    private static void Log(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var worker = isolate.Worker;
        var length = call[1].Length * 2;
        // What belongs to no invocation, the global scope above all, has an allowance of its own.
        var invocation = isolate.Current;
        var used = invocation?.LogBytes ?? isolate.LogBytes;
        call.Return(isolate.TraceOfCaller is not null);
        var limit = worker.Version.Limits.LogBytes;
        if (used > limit) return;
        used += length;
        if (invocation is not null) invocation.LogBytes = used;
        else isolate.LogBytes = used;
        if (used > limit)
        {
            worker.Services.Observer.Console(worker.Version, new ConsoleMessage(ConsoleLevel.Warn, $"Log size limit exceeded: more than {limit} bytes in one invocation; the rest is dropped."));
            return;
        }

        worker.Services.Observer.Console(worker.Version, new ConsoleMessage((ConsoleLevel)Math.Clamp(call[0].Int32, 0, 4), call[1].ToString()));
    }

    private static void Trace(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        isolate.TraceOfCaller?.Log((ConsoleLevel)Math.Clamp(call[0].Int32, 0, 4), call[1].ToString(), isolate.Clock);
    }
}
