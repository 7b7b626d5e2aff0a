using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>A facet of an object, or of another facet: an object with storage and gates of its own that only its parent can reach, and that ends with it. It
/// stands for its name until it is reset, aborted or deleted; then stubs of it fail for good.</summary>
/// <param name="all">The facets of its parent.</param>
/// <param name="parent">Whose facet it is.</param>
/// <param name="name">Its name there.</param>
/// <param name="storage">What it stores.</param>
/// <param name="former">Completes when the one is closed that had the name, and the storage, before.</param>
internal sealed class FacetObject(ObjectFacets all, ObjectInstance parent, string name, IFacetStorage storage, Task former)
    : LiveObject(parent.Worker.Runtime, parent.Live.Address)
{
    private FacetStart? start;
    private Worker? worker;

    public string Name => name;

    /// <summary>Its number among the targets of the parent's isolate.</summary>
    public int Number { get; set; }

    /// <summary>The version that its callers belong to.</summary>
    public Worker ParentWorker => parent.Worker;

    /// <inheritdoc/>
    public override FacetStart? Facet => start;

    /// <inheritdoc/>
    public override int Depth { get; } = parent.Live.Depth + 1;

    /// <summary>Nothing is asked of it, and it has no WebSockets.</summary>
    public bool IsIdle => !HasWaiting && !HasDelivered && SocketsOrNull is not { Any: true } && Instance is not { IsIdle: false };

    /// <summary>Something that it waits for could wake it.</summary>
    public bool HasPending => Instance is { } running && (running.Pending > 0 || running.Facets is { HasPending: true });

    /// <summary>Completes when nothing of it is open; of one that is broken.</summary>
    public Task ClosedAsync() => Instance is { } last ? Task.WhenAll(former, last.Closed) : former;

    /// <summary>The callback has answered: it can be made now, and is when somebody waits for it. On any thread.</summary>
    public void Begin(Worker running, FacetStart given)
    {
        start = given;
        Volatile.Write(ref worker, running);
        // Against who looks for the version first and adds an event then.
        Interlocked.MemoryBarrier();
        if (HasWaiting) Start(running);
    }

    /// <summary>Ends it: whoever waits for it, and whoever still calls it, is told why.</summary>
    public void Abort(WorkerError reason)
    {
        TryBreak(reason);
        SocketsOrNull?.Restart(null);
        Instance?.Abort(reason);
    }

    /// <inheritdoc/>
    public override void Deliver(ObjectEvent given)
    {
        if (!TryDeliver(given, Address)) given.Refuse(Broken ?? ObjectErrors.Moved);
    }

    /// <inheritdoc/>
    public override void OnReset(WorkerError error)
    {
        TryBreak(error);
        SocketsOrNull?.Restart(null);
        all.Forget(this);
        OnIdle();
    }

    /// <inheritdoc/>
    public override void OnUsed() => parent.Touch();

    /// <inheritdoc/>
    public override void OnIdle() => parent.FacetIdle();

    /// <inheritdoc/>
    protected override bool IsRemovable => false;

    /// <inheritdoc/>
    protected override void Start(Worker caller)
    {
        // Isolates may have to be started: not by a thread that is inside of one.
        if (Volatile.Read(ref worker) is { } running) Handover.Post(new Starting(this, running));
    }

    private void StartInstance(Worker running) =>
        Start(running, new ObjectClass(start!.ClassName, Address.NamespaceId, parent.Class.Sqlite), OpenAsync);

    private async ValueTask<IObjectStorage> OpenAsync()
    {
        await former.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await storage.OpenAsync().ConfigureAwait(false);
    }

    private sealed class Starting(FacetObject facet, Worker running) : Handover.Work, IThreadPoolWorkItem
    {
        public override void Run() => facet.StartInstance(running);

        public override void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

        /// <inheritdoc/>
        void IThreadPoolWorkItem.Execute() => Run();
    }
}
