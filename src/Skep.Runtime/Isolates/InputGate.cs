namespace Skep.Runtime.Isolates;

/// <summary>Lets events and completed operations into a Durable Object, or keeps them waiting in their order while a critical section
/// (<c>blockConcurrencyWhile</c>) runs. A section is a gate of its own, for what was begun in it. Touched only inside the isolate's turns.</summary>
/// <param name="parent">The gate that is closed while this section runs; null for an object's own.</param>
internal sealed class InputGate(InputGate? parent)
{
    private readonly Queue<IsolateTask> waiting = new();
    private InputGate? section;

    /// <summary>How many sections are around it.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>Nothing waits and nothing is kept out.</summary>
    public bool IsOpen => section is null;

    /// <summary>True when the task may run; otherwise it waits here.</summary>
    public bool TryPass(IsolateTask task)
    {
        if (section is null) return true;
        waiting.Enqueue(task);
        return false;
    }

    /// <summary>Begins the section whose gate this is.</summary>
    public void Close() => parent!.section = this;

    /// <summary>The section has ended: what waited for it runs before anything that comes now. The gate around it.</summary>
    public InputGate Open(WorkerIsolate isolate)
    {
        parent!.section = null;
        // What waits in here was begun in the section and is not part of it any more.
        isolate.RunNext(waiting);
        isolate.RunNext(parent.waiting);
        return parent;
    }

    /// <summary>The object has ended: what waits is told when it runs.</summary>
    public void Break(WorkerIsolate isolate)
    {
        section?.Break(isolate);
        section = null;
        isolate.RunNext(waiting);
    }
}
