using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Objects;
using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Tracing;

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

    /// <summary>Finds the Workers that it is bound to; null: there are no others.</summary>
    public IServiceDirectory? Workers { get; init; }

    /// <summary>Keeps what the Durable Objects of this process store; null: a version with such classes is refused.</summary>
    public IObjectStore? ObjectStore { get; init; }

    /// <summary>Finds Durable Objects; null: a version with such a binding is refused.</summary>
    public IObjectDirectory? Objects { get; init; }

    /// <summary>Holds the KV namespaces that versions are bound to; null: a version with such a binding is refused.</summary>
    public IKvStore? Kv { get; init; }

    /// <summary>Runs the queries for D1 databases that versions are bound to; null: a version with such a binding is refused.</summary>
    public ID1Store? D1 { get; init; }

    /// <summary>Counts for the rate limiters that versions are bound to; null: a version with such a binding is refused.</summary>
    public IRateLimiter? RateLimiter { get; init; }

    /// <summary>Answers what the version sends to its own static assets; null when it has none.</summary>
    public ISubrequestChannel? Assets { get; init; }

    /// <summary>Gives it a meter; null: nobody wants to know what it uses.</summary>
    public IWorkerMeters? Meters { get; init; }

    /// <summary>Takes traces of its invocations; null: nobody ever wants any.</summary>
    public ITraceSink? Traces { get; init; }
}
