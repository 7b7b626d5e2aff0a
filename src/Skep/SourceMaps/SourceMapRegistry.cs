using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Skep.Abstractions.Workers;

namespace Skep.SourceMaps;

/// <summary>The translators of the versions that run. A version that is gone takes its own along.</summary>
internal sealed class SourceMapRegistry
{
    private readonly ConditionalWeakTable<WorkerVersion, StackTraceMapper> _mappers = [];
    private readonly ConcurrentDictionary<string, WeakReference<WorkerVersion>> _versions = new(StringComparer.Ordinal);

    /// <summary>Makes a version's stack traces readable; sources are relative to <paramref name="root"/>.</summary>
    public void Add(WorkerVersion version, string root)
    {
        _mappers.AddOrUpdate(version, new StackTraceMapper(version, root));
        foreach (var (id, known) in _versions)
        {
            if (!known.TryGetTarget(out _)) _versions.TryRemove(id, out _);
        }

        _versions[version.Id] = new(version);
    }

    /// <summary>The translator of the version of that id, while it runs.</summary>
    public StackTraceMapper? Find(string versionId) =>
        _versions.TryGetValue(versionId, out var known) && known.TryGetTarget(out var version) ? Find(version) : null;

    /// <summary>The translator of a version, or null for one without source maps.</summary>
    public StackTraceMapper? Find(WorkerVersion? version) =>
        version is not null && _mappers.TryGetValue(version, out var mapper) ? mapper : null;
}
