using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Runtime.Analytics;
using Skep.Runtime.Isolates;
using Skep.Runtime.D1;
using Skep.Runtime.Email;
using Skep.Runtime.Kv;
using Skep.Runtime.Loading;
using Skep.Runtime.Node;
using Skep.Runtime.Objects;
using Skep.Runtime.Objects.Storage;
using Skep.Runtime.Ops;
using Skep.Runtime.Queues;
using Skep.Runtime.R2;
using Skep.Runtime.RateLimiting;
using Skep.Runtime.Rpc;
using Skep.Runtime.Services;
using Skep.Runtime.Vectors;
using Skep.Runtime.Workers;
using Skep.Runtime.Workflows;
using Skep.V8;

namespace Skep.Runtime;

/// <summary>All workers of a process. The process must have V8 (<see cref="Engine.Enter"/>).</summary>
public sealed class WorkerRuntime : IWorkerLoader, IObjectHost, IGaugeSource, IAsyncDisposable
{
    // Each costs a full collection: a burst of workers that fall idle together is spread over some seconds.
    private const int ReducedPerSweep = 64;

    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Worker, byte> workers = new();
    private readonly ITimer sweeper;
    private readonly Lazy<NodeLibrary?> nodeLibrary;
    private readonly FreedMemory freedMemory = new(Engine.ReturnFreeMemory, Environment.TickCount64);
    private int threadsLost;
    private long isolatesStarted;

    /// <summary>Starts the runtime: loads the snapshot and warms isolates in the background.</summary>
    /// <exception cref="InvalidOperationException">The snapshot is missing or was made by another build.</exception>
    public WorkerRuntime(RuntimeOptions options, TimeProvider? time = null)
    {
        Options = options;
        nodeLibrary = new Lazy<NodeLibrary?>(() => NodeLibrary.Load(options.NodeLibraryPath ?? Path.ChangeExtension(options.SnapshotPath, ".nodelib")));
        Time = time ?? TimeProvider.System;
        Objects = new ObjectTable(this);
        InstallOps();
        Engine.OutOfMemory = static (state, _) => (state as WorkerIsolate)?.Abandon();
        Pool = new IsolatePool(SnapshotFile.Read(options.SnapshotPath), options.WarmIsolates);
        Pool.Refill();
        var interval = TimeSpan.FromSeconds(1);
        sweeper = Time.CreateTimer(static self => ((WorkerRuntime)self!).Sweep(), this, interval, interval);
    }

    /// <summary>The options it was started with.</summary>
    public RuntimeOptions Options { get; }

    /// <summary>Isolates alive, warm ones included.</summary>
    public int IsolateCount => workers.Keys.Sum(worker => worker.Isolates.Count) + Pool.Ready;

    /// <summary>Threads that workers have cost the process for good (docs/limits.md). A process that has lost some should be
    /// replaced when it suits.</summary>
    public int ThreadsLost => threadsLost;

    /// <inheritdoc/>
    public IEnumerable<ProcessGauge> Gauges
    {
        get
        {
            var isolates = workers.Keys.SelectMany(worker => worker.Isolates).ToList();
            return
            [
                new("skep_isolates", "Isolates that run Workers.", IsCounter: false, isolates.Count),
                new("skep_isolates_warm", "Isolates that wait for a Worker.", IsCounter: false, Pool.Ready),
                new("skep_isolates_started_total", "Cold starts: isolates that a Worker's code was started in.", IsCounter: true, Interlocked.Read(ref isolatesStarted)),
                new("skep_isolate_memory_bytes", "Heaps and buffers of the isolates, as last measured.", IsCounter: false, isolates.Sum(isolate => isolate.MemoryBytes)),
                new("skep_isolate_queue_length", "Work that waits for an isolate.", IsCounter: false, isolates.Sum(isolate => isolate.Waiting)),
                new("skep_objects", "Durable Objects that are in memory or keep WebSockets.", IsCounter: false, Objects.Count),
                new("skep_threads_lost_total", "Threads that Workers have cost the process for good.", IsCounter: true, threadsLost),
            ];
        }
    }

    internal TimeProvider Time { get; }

    /// <summary>The modules of <c>node:*</c>; read when a worker first needs one.</summary>
    internal NodeLibrary? NodeLibrary => nodeLibrary.Value;

    internal IsolatePool Pool { get; }

    /// <summary>Evaluates the bundled web-API layer and writes the snapshot that isolates start from.</summary>
    /// <exception cref="InvalidOperationException">The layer threw; the message has its stack.</exception>
    public static void BuildSnapshot(string layerPath, string snapshotPath)
    {
        InstallOps();
        SnapshotFile.Write(snapshotPath, Snapshot.Create(File.ReadAllBytes(layerPath), "skep.js"));
    }

    /// <inheritdoc/>
    public async ValueTask<IWorker> LoadAsync(WorkerVersion version, WorkerServices services, CancellationToken cancellation = default)
    {
        var size = version.Modules.Sum(module => (long)module.Content.Length);
        if (size > version.Limits.ScriptBytes)
        {
            throw new WorkerStartupException(new WorkerError(
                WorkerErrorCode.Startup,
                $"The worker's modules have {size} bytes together; {version.Limits.ScriptBytes} are allowed. Leave out what is not used, or raise the limit."));
        }

        if (!version.ObjectClasses.IsEmpty && services.ObjectStore is null)
            throw new WorkerStartupException(new WorkerError(WorkerErrorCode.Startup, $"Nothing here stores the Durable Objects of the class {version.ObjectClasses[0].ClassName}."));
        foreach (var binding in version.Bindings)
        {
            if ((binding is KvNamespaceBinding && services.Kv is null) || (binding is RateLimitBinding && services.RateLimiter is null)
                || (binding is WorkflowBinding && services.Workflows is null)
                || (binding is ObjectNamespaceBinding && services.Objects is null) || (binding is D1DatabaseBinding && services.D1 is null) || (binding is QueueBinding && services.Queues is null) || (binding is R2BucketBinding && services.R2 is null) ||
                (binding is HyperdriveBinding && services.Hyperdrive is null) ||
                (binding is AnalyticsBinding && services.Analytics is null) ||
                (binding is VectorizeBinding && services.Vectors is null) ||
                (binding is SendEmailBinding && services.Email is null) ||
                (binding is AiBinding && services.Ai is null))
                throw new WorkerStartupException(new WorkerError(WorkerErrorCode.Startup, $"Nothing here serves the binding {binding.Name} ({binding.GetType().Name})."));
        }

        Worker worker = new(this, version, services);
        await worker.StartAsync().ConfigureAwait(false);
        workers[worker] = 0;
        return worker;
    }

    /// <summary>Lets every worker end what it has under way, for <see cref="RuntimeOptions.DrainGrace"/>; what goes on after that
    /// is ended by force.</summary>
    public async ValueTask DisposeAsync()
    {
        await sweeper.DisposeAsync().ConfigureAwait(false);
        var drained = Task.WhenAll(workers.Keys.Select(worker => worker.DisposeAsync().AsTask()));
        if (!await EndsWithinAsync(drained, Options.DrainGrace).ConfigureAwait(false))
        {
            foreach (var worker in workers.Keys) worker.Abort();
            // A thread that cannot be stopped (docs/limits.md) is left to the end of the process.
            await EndsWithinAsync(drained, AbortPatience).ConfigureAwait(false);
        }

        // Whoever has their storages wants to close it.
        await EndsWithinAsync(Objects.ClosedAsync(), AbortPatience).ConfigureAwait(false);

        Pool.Dispose();
    }

    /// <summary>Durable Objects in memory.</summary>
    internal ObjectTable Objects { get; }

    /// <summary>Calls that wait for an object to be found.</summary>
    internal ObjectMailboxes Mailboxes { get; } = new();

    /// <inheritdoc/>
    public Task EvictObjectAsync(ObjectAddress address) => Objects.EvictAsync(address);

    /// <inheritdoc/>
    public Action<ObjectAddress>? ObjectGone { get; set; }

    /// <inheritdoc/>
    public Func<ObjectAddress, string?>? VersionOf { get; set; }

    /// <inheritdoc/>
    public void MoveObjects()
    {
        if (VersionOf is { } versionOf) Objects.CloseMoved(versionOf);
    }

    internal void DeliverToObject(Worker worker, ObjectAddress address, FetchEvent fetchEvent) => Objects.Deliver(new FetchObjectEvent(worker, fetchEvent), address);

    internal void DeliverToObject(Worker worker, ObjectAddress address, RpcEvent rpcEvent) => Objects.Deliver(new RpcObjectEvent(worker, rpcEvent), address);

    internal Task<AlarmResult> DeliverToObject(Worker worker, AlarmEvent alarmEvent)
    {
        AlarmObjectEvent given = new(worker, alarmEvent);
        Objects.Deliver(given, alarmEvent.Object);
        return given.Result;
    }

    internal void CloseObjects(Worker worker) => Objects.Close(worker);

    /// <summary>How a worker takes a session of calls.</summary>
    internal static Invocation Accept(RpcEvent rpcEvent) => new RpcInvocation(rpcEvent);

    /// <summary>How a worker takes an instance of a Workflow.</summary>
    internal static Invocation Accept(WorkflowEvent workflowEvent, out Task<WorkflowResult> result)
    {
        WorkflowInvocation invocation = new(workflowEvent);
        result = invocation.Completion;
        return invocation;
    }

    /// <summary>How a worker takes a batch of messages.</summary>
    internal static (Invocation Invocation, Task<QueueResult> Completion) Accept(QueueEvent queueEvent)
    {
        QueueInvocation invocation = new(queueEvent);
        return (invocation, invocation.Completion);
    }

    /// <summary>How a worker takes a message.</summary>
    internal static (Invocation Invocation, Task<EmailResult> Completion) Accept(EmailEvent emailEvent)
    {
        EmailInvocation invocation = new(emailEvent);
        return (invocation, invocation.Completion);
    }

    // What the platform offers through bindings builds on the runtime's core, which does not know them.
    private static void InstallOps() =>
        OpCatalog.Install(KvOps.Register, D1Ops.Register, QueueOps.Register, R2Ops.Register, RateLimitOps.Register, AnalyticsOps.Register, EmailOps.Register, VectorOps.Register, ServiceOps.Register, DispatchOps.Register, LoaderOps.Register, RpcOps.Register, WorkflowBindingOps.Register, WorkflowRunOps.Register, ObjectOps.Register, StorageOps.Register);

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, Time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    internal void OnIsolateStarted() => Interlocked.Increment(ref isolatesStarted);

    internal void OnThreadLost() => Interlocked.Increment(ref threadsLost);

    internal void OnWorkerGone(Worker worker) => workers.TryRemove(worker, out _);

    internal void OnIsolateGone(WorkerIsolate isolate)
    {
        freedMemory.Add();
        Pool.Refill();
    }

    internal void OnIsolateReduced() => freedMemory.Add();

    /// <summary>Frees isolates that were idle for long, and the longest idle ones while idle memory is over its budget.</summary>
    private void Sweep()
    {
        var now = Environment.TickCount64;
        freedMemory.Sweep(now);
        Objects.Sweep(now);
        var idle = workers.Keys.SelectMany(worker => worker.Isolates).Where(isolate => isolate.IsQuiet).OrderBy(isolate => isolate.LastUsed).ToList();
        foreach (var isolate in idle.Where(isolate => !isolate.IsReduced && now - isolate.LastUsed >= Options.ReduceAfter.TotalMilliseconds).Take(ReducedPerSweep))
        {
            isolate.Post(new ReduceTask());
        }

        foreach (var isolate in idle.Where(isolate => isolate.MemoryBytes == 0)) isolate.Post(new SettleTask());
        var total = idle.Sum(isolate => isolate.MemoryBytes);
        foreach (var isolate in idle)
        {
            if (total <= Options.IdleMemoryBytes && now - isolate.LastUsed < Options.IdleLifetime.TotalMilliseconds) return;
            var freed = isolate.MemoryBytes;
            if (isolate.TryEvict()) total -= freed;
        }
    }
}
