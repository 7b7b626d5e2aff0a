using Skep.Abstractions.Events;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Services;

/// <summary>A request on its way to a worker in this process.</summary>
internal sealed class ServiceDelivery(ServiceTarget target, ServiceFetchEvent request) : Handover.Work, IThreadPoolWorkItem
{
    public override void Run()
    {
        if (target.Deliver<FetchEvent>(request, request, static (worker, given) => worker.Fetch(given)) is { } missing)
        {
            request.Fail(missing, passThrough: false, new InvocationSummary(InvocationOutcome.ScriptNotFound, default, default, 0, missing));
        }
    }

    public override void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => Run();
}
