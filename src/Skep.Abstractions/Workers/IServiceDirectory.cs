using Skep.Abstractions.Events;
using Skep.Abstractions.Routing;

namespace Skep.Abstractions.Workers;

/// <summary>Finds the Workers that others are bound to.</summary>
public interface IServiceDirectory
{
    /// <summary>The worker that answers for a script now: of a gradual deployment, one of its versions.</summary>
    /// <param name="service">The script.</param>
    /// <param name="request">The request that it is for, whose headers may choose the version; or null.</param>
    /// <returns>Null when nothing is deployed under the name.</returns>
    IServedWorker? Find(string service, FetchEvent? request);

    /// <summary>The user Worker of a dispatch namespace that answers now; null when there is none.</summary>
    /// <param name="dispatchNamespace">The namespace's id.</param>
    /// <param name="script">The script's name there.</param>
    /// <param name="request">As for <see cref="Find"/>.</param>
    IServedWorker? FindDispatched(string dispatchNamespace, string script, FetchEvent? request) =>
        Find(UserWorkerName.Of(dispatchNamespace, script), request);

    /// <summary>The worker that answers for a script for something that must stay with one of its versions, as a Durable Object does: of a gradual deployment
    /// the same for the same key, and a version whose share grows gives back none
    /// (https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/#gradual-deployments-for-durable-objects).</summary>
    IServedWorker? FindFor(string service, string key) => Find(service, null);
}

/// <summary>A worker in service, which can leave it at any time.</summary>
public interface IServedWorker
{
    /// <summary>It.</summary>
    IWorker Worker { get; }

    /// <summary>Holds the worker while an event is handed over; false when it has left service and the directory must be asked again.</summary>
    bool TryEnter();

    /// <summary>The event is in the worker's hands.</summary>
    void Leave();
}
