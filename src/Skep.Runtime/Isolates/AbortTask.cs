namespace Skep.Runtime.Isolates;

/// <summary>Ends everything in an isolate that is told to go at once.</summary>
internal sealed class AbortTask : IsolateTask
{
    public override bool AdvancesClock => false;

    public override void Run(WorkerIsolate isolate, ref TurnResult result) => isolate.EndAborted();
}
