using System.Collections.Concurrent;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Edge.Routing;

namespace Skep.Hosting;

/// <summary>The projects that are developed together, by the names that their bindings call each other by.</summary>
internal sealed class DevelopmentDirectory : IServiceDirectory
{
    private readonly ConcurrentDictionary<string, SingleWorkerRouter> _projects = new(StringComparer.Ordinal);

    public void Set(string name, SingleWorkerRouter router) => _projects[name] = router;

    /// <inheritdoc/>
    public IServedWorker? Find(string service, FetchEvent? request) =>
        _projects.TryGetValue(service, out var router) ? router.Resolve(new RoutingRequest(default, headers: request)) : null;

    // Whatever the namespace is called, its Workers are the other projects.
    /// <inheritdoc/>
    public IServedWorker? FindDispatched(string dispatchNamespace, string script, FetchEvent? request) => Find(script, request);
}
