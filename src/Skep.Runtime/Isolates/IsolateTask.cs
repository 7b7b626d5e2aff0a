using Skep.Runtime.Workers;

namespace Skep.Runtime.Isolates;

/// <summary>One turn of an isolate: a request to start, an operation that completed, a timer.</summary>
internal abstract class IsolateTask
{
    /// <summary>The invocation it belongs to: its CPU time is charged there, its end drops the task. Null for none.</summary>
    public Invocation? Invocation { get; set; }

    /// <summary>Runs inside the isolate's entry. JavaScript that it calls may end in <see cref="TurnResult"/>.</summary>
    public abstract void Run(WorkerIsolate isolate, ref TurnResult result);

    /// <summary>Instead of <see cref="Run"/> when the isolate is gone: frees what the task holds.</summary>
    public virtual void Lost()
    {
    }
}
