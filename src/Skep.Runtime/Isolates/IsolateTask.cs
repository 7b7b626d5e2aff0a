using Skep.Runtime.Workers;

namespace Skep.Runtime.Isolates;

/// <summary>One turn of an isolate: a request to start, an operation that completed, a timer.</summary>
internal abstract class IsolateTask
{
    /// <summary>The invocation it belongs to: its CPU time is charged there, its end drops the task. Null for none.</summary>
    public Invocation? Invocation { get; set; }

    /// <summary>It brings something from outside (a request, an answer, a timer that is due): the clock that JavaScript sees moves
    /// on. It stands still for what the isolate does by itself, so that nothing can be timed with it.</summary>
    public virtual bool AdvancesClock => true;

    /// <summary>An event from outside within a long invocation, as a WebSocket's message: the CPU time allowed begins anew with it.</summary>
    public virtual bool IsEvent => false;

    /// <summary>Where it waits while its Durable Object takes nothing; null: it is not held back.</summary>
    public InputGate? Gate { get; set; }

    /// <summary>Runs inside the isolate's entry. JavaScript that it calls may end in <see cref="TurnResult"/>.</summary>
    public abstract void Run(WorkerIsolate isolate, ref TurnResult result);

    /// <summary>Instead of <see cref="Run"/> when the isolate is gone: frees what the task holds.</summary>
    public virtual void Lost()
    {
    }
}
