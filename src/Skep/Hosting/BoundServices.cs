using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Workers;
using Skep.Edge.Postgres;

namespace Skep.Hosting;

/// <summary>What bindings lead to beyond this process's own means: databases and the services of others.</summary>
internal sealed class BoundServices : IDisposable
{
    private readonly IHyperdriveOrigins? _origins;
    private readonly HyperdrivePools _pools;

    /// <param name="origins">Where Hyperdrive configurations lead; null when bindings say so themselves.</param>
    /// <param name="processes">How many processes share what there is a limited number of.</param>
    /// <param name="time">The clock.</param>
    public BoundServices(IHyperdriveOrigins? origins, int processes, TimeProvider time)
    {
        _origins = origins;
        _pools = new HyperdrivePools(origins, processes, time);
    }

    /// <summary>The version with what its bindings show of what they lead to.</summary>
    public async ValueTask<WorkerVersion> ResolveAsync(WorkerVersion version)
    {
        if (!version.Bindings.Any(binding => binding is HyperdriveBinding)) return version;
        var bindings = version.Bindings.ToBuilder();
        for (var i = 0; i < bindings.Count; i++)
        {
            if (bindings[i] is HyperdriveBinding binding && (binding.Local ?? await FindAsync(binding.ConfigId)) is { } origin)
                bindings[i] = binding with { User = origin.User, Database = origin.Database };
        }

        return version with { Bindings = bindings.ToImmutable() };
    }

    /// <summary>What a version is given.</summary>
    /// <param name="services">What it has already.</param>
    /// <param name="version">The version.</param>
    /// <param name="root">The folder of its project.</param>
    public WorkerServices AddTo(WorkerServices services, WorkerVersion version, string root) => services with { Hyperdrive = _pools };

    /// <inheritdoc/>
    public void Dispose() => _pools.Dispose();

    private ValueTask<HyperdriveOrigin?> FindAsync(string configId) => _origins?.FindOriginAsync(configId) ?? default;
}
