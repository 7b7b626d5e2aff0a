using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Services;

/// <summary>An entrypoint whose stub another worker gave, looked up when something is delivered to it.</summary>
internal sealed class ReferredTarget(Worker caller, RpcService service)
    : ServiceTarget(service.Entrypoint, service.HasProps ? new CallerProps(service.PropsJson, service.PropsBytes) : null)
{
    /// <summary>What a stub leads to that <paramref name="caller"/> was given.</summary>
    public static ServiceTarget Of(Worker caller, RpcService service) =>
        service.Object is { } called ? new ObjectTarget(caller, called) : new ReferredTarget(caller, service);

    /// <inheritdoc/>
    public override RpcService Refer() => service;

    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver)
    {
        while (caller.Services.Workers?.Find(service.Script!, request) is { } served)
        {
            if (TryHand(served, given, deliver)) return null;
        }

        return new WorkerError(WorkerErrorCode.Exception, $"The stub leads to the Worker \"{service.Script}\", which is not deployed. Deploy it, or ask for another stub.");
    }
}
