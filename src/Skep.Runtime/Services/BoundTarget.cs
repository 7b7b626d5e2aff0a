using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Services;

/// <summary>Another script's entrypoint, looked up when something is delivered to it.</summary>
internal sealed class BoundTarget(Worker caller, ServiceBinding binding)
    : ServiceTarget(binding.Entrypoint, binding.PropsJson is { } json ? new CallerProps(json) : null)
{
    /// <inheritdoc/>
    public override RpcService Refer() => ReferWithoutTerms(new RpcService(binding.Service, Entrypoint, Props?.Json, Props?.Serialized ?? default));

    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver)
    {
        while (caller.Services.Workers?.Find(binding.Service, request) is { } served)
        {
            if (TryHand(served, given, deliver)) return null;
        }

        return new WorkerError(
            WorkerErrorCode.Exception,
            $"The service binding \"{binding.Name}\" leads to the Worker \"{binding.Service}\", which is not deployed. Deploy it, or remove the binding.");
    }
}
