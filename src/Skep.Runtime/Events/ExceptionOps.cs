using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Events;

/// <summary>Ops of <c>js/events</c>.</summary>
internal static unsafe class ExceptionOps
{
    public static void Register(OpTable ops) => ops.Add("exception_report", &Report);

    private static void Report(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        isolate.ReportUncaught(isolate.Describe(call[0].Local));
    }
}
