namespace Skep.Runtime.Isolates;

/// <summary>After an isolate's first event, and not at its expense: measures its memory.</summary>
internal sealed class SettleTask : IsolateTask
{
    public override void Run(WorkerIsolate isolate, ref TurnResult result) => isolate.MeasureMemory();
}
