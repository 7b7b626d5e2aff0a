using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Services;

/// <summary>An entrypoint of the caller's own version.</summary>
internal sealed class OwnTarget(Worker caller, string entrypoint, CallerProps? props) : ServiceTarget(entrypoint, props)
{
    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver)
    {
        // The caller's own invocation keeps it.
        deliver(caller, given);
        return null;
    }
}
