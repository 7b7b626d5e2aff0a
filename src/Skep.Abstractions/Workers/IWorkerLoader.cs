using Skep.Abstractions.Analytics;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.D1;
using Skep.Abstractions.Email;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Objects;
using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workflows;
using Skep.Abstractions.Vectors;

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

    /// <summary>Holds the Workflows that versions are bound to or run; null: a version with such a binding is refused.</summary>
    public WorkflowServices? Workflows { get; init; }

    /// <summary>Runs the queries for D1 databases that versions are bound to; null: a version with such a binding is refused.</summary>
    public ID1Store? D1 { get; init; }

    /// <summary>Holds the R2 buckets that versions are bound to; null: a version with such a binding is refused.</summary>
    public IR2Store? R2 { get; init; }

    /// <summary>Counts for the rate limiters that versions are bound to; null: a version with such a binding is refused.</summary>
    public IRateLimiter? RateLimiter { get; init; }

    /// <summary>Takes what versions send to queues; null: a version with such a binding is refused.</summary>
    public IQueueProducer? Queues { get; init; }

    /// <summary>Pools connections to the databases that versions are bound to; null: a version with such a binding is refused.</summary>
    public IHyperdrive? Hyperdrive { get; init; }

    /// <summary>Takes the data points of the datasets that versions are bound to; null: a version with such a binding is refused.</summary>
    public IAnalyticsSink? Analytics { get; init; }

    /// <summary>Holds the Vectorize indexes that versions are bound to; null: a version with such a binding is refused.</summary>
    public IVectorStore? Vectors { get; init; }

    /// <summary>Answers what its AI bindings ask, in the words of Cloudflare's own; null: a version with such a binding is refused.</summary>
    public ISubrequestChannel? Ai { get; init; }

    /// <summary>Delivers what the version sends, forwards and replies; null: a version with such a binding is refused.</summary>
    public IEmailCarrier? Email { get; init; }

    /// <summary>Answers what the version sends to its own static assets; null when it has none.</summary>
    public ISubrequestChannel? Assets { get; init; }

    /// <summary>Gives it a meter; null: nobody wants to know what it uses.</summary>
    public IWorkerMeters? Meters { get; init; }

    /// <summary>Takes traces of its invocations; null: nobody ever wants any.</summary>
    public ITraceSink? Traces { get; init; }
}
