namespace Skep.Runtime.Isolates;

/// <summary>Measures an isolate's memory, some time after its start and not at the expense of its first events.</summary>
internal sealed class SettleTask : IsolateTask
{
    public override bool AdvancesClock => false;

    public override void Run(WorkerIsolate isolate, ref TurnResult result) => isolate.MeasureMemory();
}
