using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Services;

namespace Skep.Runtime.Loading;

/// <summary>An entrypoint of a worker that another one has loaded.</summary>
internal sealed class LoadedTarget(LoadedWorker loaded, string? entrypoint, CallerProps? props) : ServiceTarget(entrypoint, props)
{
    /// <inheritdoc/>
    public override RpcService Refer() => throw OwnTarget.DynamicUntransferable();

    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver) =>
        loaded.Deliver(worker => deliver(worker, given));
}
