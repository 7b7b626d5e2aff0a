using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Services;

/// <summary>A user Worker of a dispatch namespace, looked up when something is delivered to it.</summary>
internal sealed class DispatchedTarget(Worker caller, string dispatchNamespace, string script) : ServiceTarget(null, null)
{
    private static readonly WorkerError NotFound = new(WorkerErrorCode.Exception, "Worker not found.");

    // https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/how-workers-for-platforms-works/
    public override bool HidesCf => true;

    /// <inheritdoc/>
    public override RpcService Refer() => throw Untransferable();

    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver)
    {
        while (caller.Services.Workers?.FindDispatched(dispatchNamespace, script, request) is { } served)
        {
            if (TryHand(served, given, deliver)) return null;
        }

        return NotFound;
    }
}
