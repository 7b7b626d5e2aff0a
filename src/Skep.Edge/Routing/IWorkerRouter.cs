namespace Skep.Edge.Routing;

/// <summary>Decides which worker answers a request. Called for every request: it must not block or allocate.</summary>
public interface IWorkerRouter
{
    /// <summary>The worker that answers it, or null.</summary>
    RoutedWorker? Resolve(in RoutingRequest request);

    /// <summary>Host names that are routed, for the page that explains a 404; at most <paramref name="limit"/> of them.</summary>
    IReadOnlyList<string> KnownHosts(int limit);
}
