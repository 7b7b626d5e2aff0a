using System.Collections.Concurrent;
using Skep.Abstractions.Analytics;
using Skep.Abstractions.Email;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Vectors;
using Skep.Abstractions.Workers;
using Skep.Edge.Ai;
using Skep.Edge.Postgres;

namespace Skep.Hosting;

/// <summary>What bindings lead to beyond this process's own means: databases and the services of others.</summary>
internal sealed class BoundServices : IAsyncDisposable
{
    private readonly IHyperdriveOrigins? _origins;
    private readonly HyperdrivePools _pools;
    private readonly ConcurrentDictionary<AnalyticsBuffer, byte> _buffers = new();

    /// <summary>Takes the data points of the project in a folder; null: of none.</summary>
    public Func<string, AnalyticsBuffer>? Analytics { get; init; }

    /// <summary>Holds the Vectorize indexes of the project in a folder; null: there are none.</summary>
    public Func<string, IVectorStore>? Vectors { get; init; }

    /// <summary>Delivers email for the project in a folder.</summary>
    public required Func<string, IEmailCarrier> Email { get; init; }

    /// <summary>Answers what AI bindings ask.</summary>
    public required AiChannel Ai { get; init; }

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
    public WorkerServices AddTo(WorkerServices services, WorkerVersion version, string root) => services with
    {
        Hyperdrive = _pools,
        Ai = Ai,
        Email = Email(root),
        Vectors = version.Bindings.Any(binding => binding is VectorizeBinding) ? Vectors?.Invoke(root) : null,
        Analytics = version.Bindings.Any(binding => binding is AnalyticsBinding) ? Buffer(root) : null,
    };

    /// <summary>The same for all projects.</summary>
    public static Func<string, AnalyticsBuffer> One(IAnalyticsStore store, Action<Exception> onFailure)
    {
        AnalyticsBuffer buffer = new(store, TimeProvider.System, onFailure);
        return _ => buffer;
    }

    /// <summary>The same for all projects.</summary>
    public static Func<string, IEmailCarrier> One(IEmailCarrier carrier) => _ => carrier;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _pools.Dispose();
        Ai.Dispose();
        foreach (var buffer in _buffers.Keys) await buffer.DisposeAsync();
    }

    private AnalyticsBuffer? Buffer(string root)
    {
        var buffer = Analytics?.Invoke(root);
        if (buffer is not null) _buffers[buffer] = 0;
        return buffer;
    }

    private ValueTask<HyperdriveOrigin?> FindAsync(string configId) => _origins?.FindOriginAsync(configId) ?? default;
}
