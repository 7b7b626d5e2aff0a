using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Workers;

/// <summary>A version that takes events: its isolates, made as needed, up to one a core.</summary>
internal sealed partial class Worker : IWorker
{
    // Each costs the process a thread for good: a version that does it again and again gets no further chance.
    private const int MostThreadsLost = 3;

    private static readonly WorkerError Banned =
        new(WorkerErrorCode.ExceededLimits, "Worker exceeded resource limits in a way that cannot be stopped, too often; this version is not run any more.");

    private static readonly WorkerError Stopped = new(WorkerErrorCode.Exception, "The worker was stopped: the server is going down.");

    private readonly Lock gate = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<Invocation> waiting = new();
    private readonly Dictionary<Type, IAsyncDisposable> parts = [];
    private WorkerIsolate[] isolates = [];
    private int starting;
    private int active;
    private int threadsLost;
    private volatile bool draining;
    private volatile bool aborted;

    public Worker(WorkerRuntime runtime, WorkerVersion version, WorkerServices services)
    {
        Runtime = runtime;
        Version = version;
        Services = services;
        Code = new WorkerCode(version);
        Traces = services.Traces?.DemandFor(version.Name);
        Meter = services.Meters?.MeterFor(version.Name, version.Id);
    }

    /// <inheritdoc/>
    public WorkerVersion Version { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Handlers => Code.Handlers;

    public WorkerRuntime Runtime { get; }

    public WorkerServices Services { get; }

    public WorkerCode Code { get; }

    /// <inheritdoc/>
    public WorkerMeter? Meter { get; }

    /// <summary>Whether anybody wants traces of it; null when nobody ever can.</summary>
    public TraceDemand? Traces { get; }

    /// <summary>It leaves service.</summary>
    public bool IsDraining => draining;

    /// <summary>Its isolates now.</summary>
    public IReadOnlyList<WorkerIsolate> Isolates => Volatile.Read(ref isolates);

    /// <inheritdoc/>
    public void Fetch(FetchEvent fetchEvent)
    {
        if (fetchEvent.Object is { } address)
        {
            Runtime.DeliverToObject(this, address, fetchEvent);
            return;
        }

        Interlocked.Increment(ref active);
        Deliver(new FetchInvocation(fetchEvent));
    }

    /// <inheritdoc/>
    public void Rpc(RpcEvent rpcEvent)
    {
        if (rpcEvent.Object is { } address)
        {
            Runtime.DeliverToObject(this, address, rpcEvent);
            return;
        }

        Interlocked.Increment(ref active);
        Deliver(WorkerRuntime.Accept(rpcEvent));
    }

    /// <inheritdoc/>
    public Task<InvocationSummary> ScheduledAsync(ScheduledEvent scheduledEvent)
    {
        ScheduledInvocation invocation = new(scheduledEvent);
        return HandleAsync(invocation, invocation.Completion);
    }

    /// <inheritdoc/>
    public Task<InvocationSummary> TailAsync(TailEvent tailEvent)
    {
        TailInvocation invocation = new(tailEvent);
        return HandleAsync(invocation, invocation.Completion);
    }

    /// <inheritdoc/>
    public Task<WorkflowResult> WorkflowAsync(WorkflowEvent workflowEvent)
    {
        Interlocked.Increment(ref active);
        Deliver(WorkerRuntime.Accept(workflowEvent, out var result));
        return result;
    }

    /// <inheritdoc/>
    public Task<QueueResult> QueueAsync(QueueEvent queueEvent)
    {
        Interlocked.Increment(ref active);
        var (invocation, completion) = WorkerRuntime.Accept(queueEvent);
        Deliver(invocation);
        return completion;
    }

    /// <inheritdoc/>
    public Task<EmailResult> EmailAsync(EmailEvent emailEvent)
    {
        Interlocked.Increment(ref active);
        var (invocation, completion) = WorkerRuntime.Accept(emailEvent);
        Deliver(invocation);
        return completion;
    }

    /// <inheritdoc/>
    public Task<AlarmResult> AlarmAsync(AlarmEvent alarmEvent) => Runtime.DeliverToObject(this, alarmEvent);

    /// <summary>Its class whose objects the namespace has; null when it has none.</summary>
    public ObjectClass? ClassOf(ObjectAddress address)
    {
        foreach (var each in Version.ObjectClasses)
        {
            if (each.NamespaceId == address.NamespaceId) return each;
        }

        return null;
    }

    /// <summary>One invocation more that a drain waits for.</summary>
    public void Enter() => Interlocked.Increment(ref active);

    /// <summary>Starts the first isolate, so that a version that cannot start is refused at once.</summary>
    /// <exception cref="WorkerStartupException">It cannot.</exception>
    public Task StartAsync()
    {
        Interlocked.Increment(ref starting);
        // On a thread of the pool: one that V8 runs out of memory on never returns, and the caller's must. On this one, if it is of
        // the pool and has nothing else to do: another would have to be woken.
        ThreadPool.UnsafeQueueUserWorkItem(static worker => worker.StartIsolate(), this, preferLocal: true);
        return started.Task;
    }

    /// <summary>An isolate that was being started will not be.</summary>
    public void StartFailed(WorkerStartupException failure)
    {
        if (started.TrySetException(failure))
        {
            Interlocked.Decrement(ref starting);
            return;
        }

        List<Invocation> refused = [];
        lock (gate)
        {
            if (--starting == 0)
            {
                refused.AddRange(waiting);
                waiting.Clear();
            }
        }

        if (refused.Count == 0) Services.Observer.Uncaught(Version, failure.Error);
        foreach (var each in refused) Refuse(each, failure.Error);
    }

    /// <summary>An isolate is gone.</summary>
    public void Forget(WorkerIsolate isolate)
    {
        lock (gate) isolates = [.. isolates.Where(each => each != isolate)];
        Runtime.OnIsolateGone(isolate);
        CheckDrained();
    }

    /// <summary>A thread that ran one of its isolates will not come back.</summary>
    public void OnThreadLost()
    {
        Interlocked.Increment(ref threadsLost);
        Runtime.OnThreadLost();
    }

    /// <summary>What belongs to the worker as a whole, and ends before it; made by the first who asks.</summary>
    public T Part<T>(Func<Worker, T> create)
        where T : class, IAsyncDisposable
    {
        lock (gate)
        {
            if (!parts.TryGetValue(typeof(T), out var part)) parts[typeof(T)] = part = create(this);
            return (T)part;
        }
    }

    public void Publish(InvocationTrace trace) => Services.Traces!.Publish(trace);

    public void OnInvocationEnded()
    {
        if (Interlocked.Decrement(ref active) == 0) CheckDrained();
    }

    /// <inheritdoc/>
    public Task DrainAsync()
    {
        draining = true;
        foreach (var isolate in Volatile.Read(ref isolates)) isolate.Post(new RestartTask());
        if (!Version.ObjectClasses.IsEmpty) Runtime.CloseObjects(this);
        CheckDrained();
        return drained.Task;
    }

    /// <summary>Ends what still runs in it, by force; a drain is over soon after.</summary>
    public void Abort()
    {
        aborted = true;
        draining = true;
        foreach (var isolate in Volatile.Read(ref isolates)) isolate.Abort(Stopped);
        List<Invocation> refused;
        lock (gate)
        {
            refused = [.. waiting];
            waiting.Clear();
        }

        foreach (var each in refused) Refuse(each, Stopped);
        CheckDrained();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Objects end first: their facets may be of workers that are a part of this one, which last as long as those.
        var drain = DrainAsync();
        IAsyncDisposable[] ending;
        lock (gate) ending = [.. parts.Values];
        foreach (var part in ending) await part.DisposeAsync().ConfigureAwait(false);
        await drain.ConfigureAwait(false);
        if (Meter is not null) Services.Meters!.Retire(Meter);
        Runtime.OnWorkerGone(this);
        Code.Dispose();
    }

    private Task<InvocationSummary> HandleAsync(HandlerInvocation invocation, Task<InvocationSummary> completion)
    {
        Interlocked.Increment(ref active);
        Deliver(invocation);
        return completion;
    }

    private void CheckDrained()
    {
        if (!draining || Volatile.Read(ref active) > 0) return;
        var left = Volatile.Read(ref isolates);
        if (left.Length == 0) drained.TrySetResult();
        foreach (var isolate in left) isolate.Retire();
    }

    /// <summary>There is no isolate that takes events: the first such event starts one, others wait for it.</summary>
    private void WaitForStart(Invocation invocation)
    {
        lock (gate)
        {
            waiting.Enqueue(invocation);
            if (starting > 0) return;
            starting++;
        }

        StartIsolate();
    }

    private void Refuse(Invocation invocation, WorkerError error)
    {
        // It never belonged to an isolate: there is nothing to end but itself.
        Meter?.Count(InvocationOutcome.Exception, TimeSpan.Zero, TimeSpan.Zero, 0);
        invocation.Refuse(error);
        OnInvocationEnded();
    }

    private void StartAnother()
    {
        lock (gate)
        {
            if (starting + isolates.Count(static isolate => !isolate.IsRetired) >= Runtime.Options.IsolatesPerWorker) return;
            starting++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static worker => worker.StartIsolate(), this, preferLocal: false);
    }

    /// <summary>Starts one of those that <see cref="starting"/> counts, and gives it what waits.</summary>
    private void StartIsolate()
    {
        WorkerIsolate isolate;
        try
        {
            isolate = new WorkerIsolate(this, Runtime.Pool.Take(Version.Limits.MemoryBytes));
            isolate.Start();
        }
        catch (WorkerStartupException failure)
        {
            StartFailed(failure);
            return;
        }

        Runtime.OnIsolateStarted();
        List<Invocation> ready;
        lock (gate)
        {
            isolates = [.. isolates, isolate];
            starting--;
            ready = [.. waiting];
            waiting.Clear();
        }

        foreach (var each in ready) Deliver(each);
        CheckDrained();
        started.TrySetResult();
    }
}
