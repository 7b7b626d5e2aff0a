namespace Skep.Edge.Routing;

/// <summary>Decides which worker answers for a host. Called for every request: it must not block or allocate.</summary>
public interface IWorkerRouter
{
    /// <summary>The worker that answers for <paramref name="host"/> (a host name without port, in any case), or null.</summary>
    RoutedWorker? Resolve(ReadOnlySpan<char> host);

    /// <summary>Host names that are routed, for the page that explains a 404; at most <paramref name="limit"/> of them.</summary>
    IReadOnlyList<string> KnownHosts(int limit);
}
