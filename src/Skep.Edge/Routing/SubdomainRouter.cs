using System.Collections.Frozen;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Routing;

/// <summary>Workers by the first label of the host: <c>&lt;name&gt;.localhost</c>.</summary>
public sealed class SubdomainRouter : IWorkerRouter, IServiceDirectory
{
    private readonly string _suffix;
    private readonly Lock _changing = new();
    private Table _table = new(new Dictionary<string, RoutedWorker>());

    /// <summary>A router without workers.</summary>
    /// <param name="baseDomain">What follows the worker's name in a host.</param>
    public SubdomainRouter(string baseDomain = "localhost") => _suffix = "." + baseDomain;

    /// <inheritdoc/>
    public RoutedWorker? Resolve(in RoutingRequest request)
    {
        ReadOnlySpan<char> host = request.Host;
        if (!host.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase))
            return null;
        return Volatile.Read(ref _table).ByName.TryGetValue(host[..^_suffix.Length], out RoutedWorker? worker) ? worker : null;
    }

    /// <inheritdoc/>
    public IServedWorker? Find(string service, FetchEvent? request) => Volatile.Read(ref _table).Workers.GetValueOrDefault(service);

    // Whatever the namespace is called, its Workers are those of the folder.
    /// <inheritdoc/>
    public IServedWorker? FindDispatched(string dispatchNamespace, string script, FetchEvent? request) => Find(script, request);

    /// <inheritdoc/>
    public IReadOnlyList<string> KnownHosts(int limit) =>
        Volatile.Read(ref _table).Workers.Keys.Order(StringComparer.Ordinal).Take(limit).Select(name => name + _suffix).ToList();

    /// <summary>Adds, replaces (by an <see cref="IWorker"/>) or removes (by null) several workers in one step. The task ends when
    /// the ones that were replaced have been drained and disposed.</summary>
    public Task SetAsync(IEnumerable<KeyValuePair<string, IWorker?>> changes)
    {
        List<RoutedWorker> retired = [];
        lock (_changing)
        {
            var next = new Dictionary<string, RoutedWorker>(_table.Workers, StringComparer.OrdinalIgnoreCase);
            foreach ((string name, IWorker? worker) in changes)
            {
                if (next.Remove(name, out RoutedWorker? previous))
                    retired.Add(previous);
                if (worker is not null)
                    next.Add(name, new RoutedWorker(worker));
            }

            Volatile.Write(ref _table, new Table(next));
        }

        return Task.WhenAll(retired.Select(worker => worker.RetireAsync()));
    }

    /// <summary>Adds, replaces or removes one worker.</summary>
    public Task SetAsync(string name, IWorker? worker) => SetAsync([KeyValuePair.Create(name, worker)]);

    private sealed class Table
    {
        public Table(Dictionary<string, RoutedWorker> workers)
        {
            Workers = workers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
            ByName = Workers.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public FrozenDictionary<string, RoutedWorker> Workers { get; }

        public FrozenDictionary<string, RoutedWorker>.AlternateLookup<ReadOnlySpan<char>> ByName { get; }
    }
}
