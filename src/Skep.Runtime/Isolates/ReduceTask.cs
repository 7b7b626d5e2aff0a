namespace Skep.Runtime.Isolates;

/// <summary>An isolate that has been idle for a moment gives back what its last work left behind: its young generation, dead
/// objects, pages that are nearly empty.</summary>
internal sealed class ReduceTask : IsolateTask
{
    public override bool AdvancesClock => false;

    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Engine.ReduceMemory(critical: true);
        isolate.MeasureMemory();
        isolate.IsReduced = true;
        isolate.Worker.Runtime.OnIsolateReduced();
    }
}
