using Skep.Abstractions.Errors;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>Something that a Durable Object is to see, on its way to it. It outlives instances: one that ends before it has begun the event
/// leaves it to the next.</summary>
/// <param name="worker">The version that it came to.</param>
internal abstract class ObjectEvent(Worker worker)
{
    /// <summary>The version that it came to.</summary>
    public Worker Worker => worker;

    /// <summary>Makes what runs it in an instance's isolate.</summary>
    public abstract Invocation Begin(ObjectInstance instance);

    /// <summary>No instance will take it.</summary>
    public abstract void Refuse(WorkerError error);
}
