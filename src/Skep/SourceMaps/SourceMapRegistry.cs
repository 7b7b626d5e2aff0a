using System.Runtime.CompilerServices;
using Skep.Abstractions.Workers;

namespace Skep.SourceMaps;

/// <summary>The translators of the versions that run. A version that is gone takes its own along.</summary>
internal sealed class SourceMapRegistry
{
    private readonly ConditionalWeakTable<WorkerVersion, StackTraceMapper> _mappers = [];

    /// <summary>Makes a version's stack traces readable; sources are relative to <paramref name="root"/>.</summary>
    public void Add(WorkerVersion version, string root) => _mappers.AddOrUpdate(version, new StackTraceMapper(version, root));

    /// <summary>The translator of a version, or null for one without source maps.</summary>
    public StackTraceMapper? Find(WorkerVersion? version) =>
        version is not null && _mappers.TryGetValue(version, out var mapper) ? mapper : null;
}
