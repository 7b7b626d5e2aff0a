using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Services;

/// <summary>A request on its way to a worker or a Durable Object.</summary>
internal sealed class ServiceDelivery(ServiceTarget target, ServiceFetchEvent request) : Handover.Work, IThreadPoolWorkItem, IObjectDelivery
{
    ObjectAddress IObjectDelivery.Address => target.Object!;

    IObjectDirectory IObjectDelivery.Directory => target.Objects;

    public override void Run()
    {
        if (target.Object is not null) target.Mailboxes.Deliver(this, atOnce: true);
        else if (target.Deliver<FetchEvent>(request, request, static (worker, given) => worker.Fetch(given)) is { } missing) Fail(missing);
    }

    public override void Queue()
    {
        if (target.Object is not null) target.Mailboxes.Deliver(this, atOnce: false);
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => Run();

    /// <inheritdoc/>
    void IObjectDelivery.Give(IWorker worker) => worker.Fetch(request);

    /// <inheritdoc/>
    public void Fail(WorkerError error) => request.Fail(error, passThrough: false, new InvocationSummary(InvocationOutcome.ScriptNotFound, default, default, 0, error));
}
