using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>A turn for V8's own tasks.</summary>
internal sealed class PumpTask : IsolateTask
{
    public override bool AdvancesClock => false;

    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Engine.Pump();
        JsResult js = default;
        isolate.Engine.RunMicrotasks(ref js);
        result.Take(in js);
    }
}
