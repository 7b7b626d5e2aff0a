using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Timers;

/// <summary>Ops of <c>js/timers</c>.</summary>
internal static unsafe class TimerOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("timer_start", &Start);
        ops.Add("timer_cancel", &Cancel);
    }

    private static void Start(in OpCall call) => call.State<WorkerIsolate>().Timers.Start(call[0].Int32, call[1].Number);

    private static void Cancel(in OpCall call) => call.State<WorkerIsolate>().Timers.Cancel(call[0].Int32);
}
