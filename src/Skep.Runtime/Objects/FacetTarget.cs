using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Services;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>A facet, as its parent calls it.</summary>
internal sealed class FacetTarget(FacetObject facet) : ServiceTarget(null, null)
{
    private readonly Door door = new(facet);

    public FacetObject Facet => facet;

    /// <inheritdoc/>
    // Calls arrive in the order in which they are made.
    public override bool IsAtHand => true;

    /// <inheritdoc/>
    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver)
    {
        deliver(door, given);
        return null;
    }

    /// <inheritdoc/>
    public override RpcService Refer() => throw new JsException("DataCloneError", "Stubs pointing to Durable Object facets are not serializable.");

    /// <summary>Takes events for the facet alone.</summary>
    private sealed class Door(FacetObject facet) : IWorker
    {
        public WorkerVersion Version => facet.ParentWorker.Version;

        public void Fetch(FetchEvent fetchEvent) => facet.Deliver(new FetchObjectEvent(facet.ParentWorker, fetchEvent));

        public void Rpc(RpcEvent rpcEvent) => facet.Deliver(new RpcObjectEvent(facet.ParentWorker, rpcEvent));

        public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent) => throw new NotSupportedException("A facet takes requests and calls.");

        public Task DrainAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
