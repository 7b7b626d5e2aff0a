using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>Something that a Durable Object is to see, on its way to it. It outlives instances: one that ends before it has begun the event
/// leaves it to the next. The version that it came to lasts until it is begun or refused.</summary>
internal abstract class ObjectEvent
{
    protected ObjectEvent(Worker worker)
    {
        Worker = worker;
        worker.Enter();
    }

    /// <summary>The version that it came to.</summary>
    public Worker Worker { get; }

    /// <summary>What its caller decides about it, or null.</summary>
    public virtual InvocationTerms? Terms => null;

    /// <summary>Makes what runs it in an instance's isolate.</summary>
    public abstract Invocation Begin(ObjectInstance instance);

    /// <summary>An instance has begun it.</summary>
    public void Begun() => Worker.OnInvocationEnded();

    /// <summary>No instance will take it.</summary>
    public void Refuse(WorkerError error)
    {
        Fail(error);
        Worker.OnInvocationEnded();
    }

    /// <summary>Tells whoever waits for it.</summary>
    protected abstract void Fail(WorkerError error);
}
