using System.Collections.Immutable;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Routing;

/// <summary>A script in service with its workers. One that goes on serving is the same as before, so that its requests are counted in one place.</summary>
internal sealed class RoutedScript
{
    private readonly Dictionary<IWorker, RoutedWorker> _workers = new(ReferenceEqualityComparer.Instance);

    /// <param name="script">What is to serve.</param>
    /// <param name="before">What served before, or null.</param>
    public RoutedScript(ServedScript script, RoutedScript? before)
    {
        Script = script;
        Split = new VersionSplit(script.Name, [.. script.Versions.Select(version => new VersionSplit.Part(Route(version.Worker, before), version.Percentage))]);
        Previews =
        [
            .. script.Previews.Select(preview => KeyValuePair.Create(
                preview.Host, new VersionSplit(script.Name, [new VersionSplit.Part(Route(preview.Worker, before), 100)]))),
        ];
    }

    /// <summary>What leads to it.</summary>
    public ServedScript Script { get; }

    /// <summary>The versions that share its requests.</summary>
    public VersionSplit Split { get; }

    /// <summary>The versions with a host of their own, by host.</summary>
    public ImmutableArray<KeyValuePair<string, VersionSplit>> Previews { get; }

    /// <summary>All of its workers.</summary>
    public IReadOnlyCollection<RoutedWorker> Workers => _workers.Values;

    private RoutedWorker Route(IWorker worker, RoutedScript? before)
    {
        if (!_workers.TryGetValue(worker, out RoutedWorker? routed))
            _workers[worker] = routed = before?._workers.GetValueOrDefault(worker) ?? new RoutedWorker(worker);
        return routed;
    }
}
