using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Services;

/// <summary>An entrypoint of the caller's own version.</summary>
internal sealed class OwnTarget(Worker caller, string entrypoint, CallerProps? props) : ServiceTarget(entrypoint, props)
{
    /// <summary>The word of workerd for it, which has the same reason.</summary>
    public static JsException DynamicUntransferable() => new(
        "DataCloneError",
        "Entrypoints to dynamically-loaded workers cannot be transferred to other Workers, because the system does not know how to reload this Worker from scratch. Instead, have the parent Worker expose an entrypoint which constructs the dynamic worker and forwards to it.");

    /// <inheritdoc/>
    public override RpcService Refer()
    {
        if (caller.Version.Bindings is [EnvironmentBinding]) throw DynamicUntransferable();
        return UserWorkerName.Is(caller.Version.Name) ? throw Untransferable() : ReferWithoutTerms(new RpcService(caller.Version.Name, Entrypoint, Props?.Json, Props?.Serialized ?? default));
    }

    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver)
    {
        // The caller's own invocation keeps it.
        deliver(caller, given);
        return null;
    }
}
