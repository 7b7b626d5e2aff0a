using System.Collections.Concurrent;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Routing;

/// <summary>Routes by deployments: hosts and route patterns lead to scripts, percentages to one of a script's versions. A change
/// takes effect with one write; a version that no deployment needs any more is drained and disposed of.</summary>
public sealed class DeploymentRouter : IWorkerRouter, IServiceDirectory
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, RoutedScript> _served = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, VersionSplit> _byName = new(StringComparer.Ordinal);
    private RouteTable _table = new([]);

    /// <inheritdoc/>
    public RoutedWorker? Resolve(in RoutingRequest request) => Volatile.Read(ref _table).Find(request)?.Choose(request);

    /// <inheritdoc/>
    public IServedWorker? Find(string service, FetchEvent? request) =>
        _byName.TryGetValue(service, out var split) && split.Parts.Length > 0 ? split.Choose(new RoutingRequest(default, headers: request)) : null;

    /// <inheritdoc/>
    public IServedWorker? FindFor(string service, string key) => _byName.TryGetValue(service, out var split) ? split.ChooseFor(key) : null;

    /// <inheritdoc/>
    public IReadOnlyList<string> KnownHosts(int limit) => [.. Volatile.Read(ref _table).Hosts.Order(StringComparer.Ordinal).Take(limit)];

    /// <summary>Puts a script into service, or its new state.</summary>
    /// <returns>Ends when the versions that left service have been drained and disposed.</returns>
    public Task SetAsync(ServedScript script) => SetAsync([script]);

    /// <summary>Puts several scripts into service in one step.</summary>
    /// <returns>Ends when the versions that left service have been drained and disposed.</returns>
    public Task SetAsync(IReadOnlyCollection<ServedScript> scripts)
    {
        lock (_changing)
        {
            var retired = new List<RoutedWorker>();
            foreach (var script in scripts)
            {
                var before = _served.GetValueOrDefault(script.Name);
                var next = new RoutedScript(script, before);
                _served[script.Name] = next;
                _byName[script.Name] = next.Split;
                if (before is not null) retired.AddRange(before.Workers.Except(next.Workers));
            }

            return PublishAsync(retired);
        }
    }

    /// <summary>Takes a script out of service.</summary>
    /// <returns>Ends when its versions have been drained and disposed.</returns>
    public Task RemoveAsync(string script)
    {
        lock (_changing)
        {
            _byName.TryRemove(script, out _);
            return _served.Remove(script, out var before) ? PublishAsync([.. before.Workers]) : Task.CompletedTask;
        }
    }

    private Task PublishAsync(List<RoutedWorker> retired)
    {
        Volatile.Write(ref _table, new RouteTable(_served.Values));
        return Task.WhenAll(retired.Select(worker => worker.RetireAsync()));
    }
}
