using Skep.Abstractions.Workers;

namespace Skep.Edge.Routing;

/// <summary>One worker answers for every host, as in local development.</summary>
public sealed class SingleWorkerRouter : IWorkerRouter
{
    private RoutedWorker? _current;

    /// <summary>A router with nothing behind it yet.</summary>
    public SingleWorkerRouter()
    {
    }

    /// <summary>A router to <paramref name="worker"/>.</summary>
    public SingleWorkerRouter(IWorker worker) => _current = new RoutedWorker(worker);

    /// <inheritdoc/>
    public RoutedWorker? Resolve(in RoutingRequest request) => Volatile.Read(ref _current);

    /// <inheritdoc/>
    public IReadOnlyList<string> KnownHosts(int limit) => [];

    /// <summary>Sends requests to <paramref name="next"/> from now on. Those in flight finish on the worker they began with; the
    /// task ends when that one has been drained and disposed.</summary>
    public Task SwapAsync(IWorker? next)
    {
        RoutedWorker? previous = Interlocked.Exchange(ref _current, next is null ? null : new RoutedWorker(next));
        return previous?.RetireAsync() ?? Task.CompletedTask;
    }
}
