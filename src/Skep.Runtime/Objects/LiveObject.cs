using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>A Durable Object, or a facet of one, that somebody wants something of: its instance while it has one, the events that wait for one, and the
/// WebSockets that it keeps without one.</summary>
internal abstract class LiveObject(WorkerRuntime runtime, ObjectAddress address)
{
    /// <summary>Events that may wait for one object.</summary>
    public const int MostWaiting = 10_000;

    private static readonly WorkerError TooManyWaiting =
        new(WorkerErrorCode.Exception, "Error: Durable Object is overloaded. Too many requests queued.") { IsOverloaded = true };

    private readonly Lock gate = new();
    private readonly WaitingEvents waiting = new();
    private ObjectInstance? instance;
    private bool isLive;
    private int delivered;
    private TaskCompletionSource? returned;
    private bool removed;
    private WorkerError? broken;

    /// <summary>The object, or that whose facet it is.</summary>
    public ObjectAddress Address { get; private set; } = address;

    /// <summary>What it is as a facet; null for an object itself.</summary>
    public virtual FacetStart? Facet => null;

    /// <summary>How many facets are around it.</summary>
    public virtual int Depth => 0;

    /// <summary>Why nothing can come of it any more; null as long as something can.</summary>
    public WorkerError? Broken => Volatile.Read(ref broken);

    /// <summary>The terms of the last event that had any, as bytes: those of what follows from it. Empty when there are none, null when nobody has looked.</summary>
    public byte[]? Terms { get; set; }

    /// <summary>Its instance, also one that is being made or ends; null when there is none.</summary>
    public ObjectInstance? Instance => Volatile.Read(ref instance);

    /// <summary>WebSockets that do not need an instance.</summary>
    public ObjectSockets Sockets => SocketsOrNull ??= new ObjectSockets(this, runtime);

    /// <summary>The same, if it ever had one.</summary>
    public ObjectSockets? SocketsOrNull { get; private set; }

    /// <summary>Events that an instance has been given and has not begun.</summary>
    public bool HasDelivered => Volatile.Read(ref delivered) > 0;

    /// <summary>Events wait that no instance has been given.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (gate) return waiting.Count > 0;
        }
    }

    /// <summary>It has no instance, and nothing waits for one: between two instances, what waits does.</summary>
    public bool IsWithoutInstance
    {
        get
        {
            lock (gate) return instance is null && waiting.Count == 0;
        }
    }

    /// <summary>Brings an event to whatever stands for the object.</summary>
    public abstract void Deliver(ObjectEvent given);

    /// <summary>Brings an event. False: it has been taken out of the table, another stands for the object now.</summary>
    public bool TryDeliver(ObjectEvent given, ObjectAddress called)
    {
        ObjectInstance? running = null;
        bool refused;
        WorkerError? ended;
        var start = false;
        lock (gate)
        {
            if (removed) return false;
            ended = broken;
            if (Address.Name is null && called.Name is not null) Address = called;
            refused = ended is not null || waiting.Count + Volatile.Read(ref delivered) >= MostWaiting;
            if (isLive && !refused)
            {
                running = instance;
                Interlocked.Increment(ref delivered);
            }
            else if (!refused)
            {
                start = instance is null && waiting.Count == 0;
                waiting.Add(given);
            }
        }

        if (refused) given.Refuse(ended ?? TooManyWaiting);
        else if (running is not null) running.Post(given);
        else if (start) Start(given.Worker);
        return true;
    }

    /// <summary>An event that an instance was given is begun, or has come back.</summary>
    public void CountBegun()
    {
        if (Interlocked.Decrement(ref delivered) == 0) Volatile.Read(ref returned)?.TrySetResult();
    }

    /// <summary>Takes an event back from an instance that has ended, for the next.</summary>
    public void Return(ObjectEvent given)
    {
        WorkerError? ended;
        lock (gate)
        {
            ended = broken;
            if (ended is null) waiting.Return(given);
        }

        if (ended is not null) given.Refuse(ended);
        CountBegun();
    }

    /// <summary>Completes when the instance, which has left, has given back all events that it has not begun.</summary>
    public Task ReturnedAsync()
    {
        if (!HasDelivered) return Task.CompletedTask;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref returned, all);
        // Either who gives back the last one sees this, or this sees that there is none.
        Interlocked.MemoryBarrier();
        if (!HasDelivered) all.TrySetResult();
        return all.Task;
    }

    /// <summary>In the turn that made the instance: it takes what waits, in the order in which it came.</summary>
    public void Started(ObjectInstance started)
    {
        lock (gate)
        {
            isLive = true;
            returned = null;
            while (waiting.TryTake(out var next))
            {
                Interlocked.Increment(ref delivered);
                started.RunNext(next);
            }
        }
    }

    /// <summary>The instance takes nothing more: what comes from now on waits for another.</summary>
    public void Leave(ObjectInstance leaving)
    {
        lock (gate)
        {
            if (instance == leaving) isLive = false;
        }
    }

    /// <summary>The instance could not be made: what waits for it fails with it.</summary>
    public void RefuseWaiting(WorkerError error)
    {
        List<ObjectEvent> refused = [];
        lock (gate)
        {
            while (waiting.TryTake(out var next)) refused.Add(next);
        }

        foreach (var each in refused) each.Refuse(error);
    }

    /// <summary>Nothing of the instance is left, its storage is closed, and what it has not begun has come back. What waits gets another.</summary>
    public void Ended(ObjectInstance? ended)
    {
        Worker? start = null;
        lock (gate)
        {
            if (instance != ended) return;
            instance = null;
            isLive = false;
            // Those that came back from the last instance may have come to a version that has left.
            var now = waiting.Count > 0 ? CurrentVersion() : null;
            foreach (var each in waiting.All) start = start is null || IsCurrent(each.Worker, now) ? each.Worker : start;
            removed = start is null && IsRemovable && SocketsOrNull is not { Any: true };
        }

        if (start is not null)
        {
            Start(start);
            return;
        }

        if (removed) Remove();
        OnIdle();
    }

    /// <summary>The instance was used.</summary>
    public virtual void OnUsed()
    {
    }

    /// <summary>Nothing is asked of the instance any more, nothing is left of it, or its last WebSocket has gone.</summary>
    public virtual void OnIdle()
    {
    }

    /// <summary>The instance has been reset: what it had in memory must not be used any more.</summary>
    public virtual void OnReset(WorkerError error)
    {
    }

    /// <summary>The last of its WebSockets has gone: without an instance nothing is left of it.</summary>
    public void SocketsGone()
    {
        Ended(null);
        OnIdle();
    }

    /// <summary>The version that serves it by now; null when nobody knows. A facet goes with the object it is around.</summary>
    public string? CurrentVersion() => Facet is null ? runtime.VersionOf?.Invoke(Address) : null;

    private static bool IsCurrent(Worker worker, string? now) => !worker.IsDraining && (now is null || now == worker.Version.Id);

    /// <summary>Nothing comes of it from now on: what waits, and what still comes, fails with this. False when that was so already.</summary>
    protected bool TryBreak(WorkerError error)
    {
        lock (gate)
        {
            if (broken is not null) return false;
            Volatile.Write(ref broken, error);
        }

        RefuseWaiting(error);
        return true;
    }

    /// <summary>It can be forgotten when nobody wants anything of it.</summary>
    protected virtual bool IsRemovable => true;

    /// <summary>It is forgotten.</summary>
    protected virtual void Remove()
    {
    }

    /// <summary>An instance is wanted: an event waits that came to this version.</summary>
    protected abstract void Start(Worker worker);

    /// <summary>Makes an instance when there is none.</summary>
    protected void Start(Worker worker, ObjectClass objectClass, Func<ValueTask<IObjectStorage>> open)
    {
        ObjectInstance starting = new(this, worker, objectClass);
        lock (gate)
        {
            // Two events may both have seen none.
            if (instance is not null || broken is not null) return;
            instance = starting;
        }

        var opening = open();
        if (opening.IsCompletedSuccessfully) starting.Begin(opening.Result);
        else _ = StartAsync(starting, opening);
    }

    private async Task StartAsync(ObjectInstance starting, ValueTask<IObjectStorage> opening)
    {
        IObjectStorage storage;
        try
        {
            storage = await opening.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            RefuseWaiting(exception switch
            {
                ObjectUnavailableException unavailable => unavailable.Error with { IsRetryable = unavailable.Retryable },
                ObjectStorageException failed => new WorkerError(WorkerErrorCode.Exception, $"Error: {failed.Message}"),
                _ => starting.InternalError(exception),
            });
            Ended(starting);
            starting.GiveUp();
            return;
        }

        starting.Begin(storage);
    }
}
