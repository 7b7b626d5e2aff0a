using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;

namespace Skep.Abstractions.Workers;

/// <summary>Turns versions into running workers.</summary>
public interface IWorkerLoader
{
    /// <summary>Threads that workers have cost the process for good (docs/limits.md).</summary>
    int ThreadsLost => 0;

    /// <summary>Compiles the version and runs its global scope once.</summary>
    /// <exception cref="WorkerStartupException">It does not compile, its global scope throws, or it has no handler.</exception>
    ValueTask<IWorker> LoadAsync(WorkerVersion version, WorkerServices services, CancellationToken cancellation = default);
}

/// <summary>What a worker is given to reach the outside.</summary>
/// <param name="Outbound">Carries its <c>fetch()</c> calls.</param>
/// <param name="Observer">Hears its console and its errors.</param>
public sealed record WorkerServices(ISubrequestChannel Outbound, IWorkerObserver Observer)
{
    /// <summary>Keeps what its <c>caches</c> are given; null: they keep nothing.</summary>
    public ICacheStore? Cache { get; init; }
}
