using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.Runtime.Rpc;
using Skep.Runtime.Tracing;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>A Durable Object in memory: one instance of its class, in one isolate, and the context of all I/O that its events begin. What it
/// holds (timers, requests under way, stubs, WebSockets that are not hibernatable) ends with it.</summary>
internal sealed partial class ObjectInstance : Invocation
{
    private readonly LiveObject live;
    private readonly InputGate input = new(parent: null);
    private readonly OutputGate output;
    private readonly List<Invocation> events = [];
    private readonly HashSet<ObjectSocket> unsent = [];
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IObjectStorage? storage;
    private ObjectFacets? facets;
    private Task? facetsClosed;
    private WorkerError? failure;

    public ObjectInstance(LiveObject live, Worker worker, ObjectClass objectClass)
    {
        this.live = live;
        Worker = worker;
        Class = objectClass;
        output = new OutputGate(() => storage!.HoldsOutput);
    }

    public Worker Worker { get; }

    public ObjectClass Class { get; }

    /// <summary>Completes when nothing of it is left.</summary>
    public Task Closed => closed.Task;

    public LiveObject Live => live;

    /// <inheritdoc/>
    public override InputGate Input => input;

    /// <inheritdoc/>
    public override OutputGate Output => output;

    /// <inheritdoc/>
    public override IObjectStorage? Storage => storage;

    /// <summary>Its facets; null when it has had none.</summary>
    public ObjectFacets? Facets => Volatile.Read(ref facets);

    /// <summary>The same, for its code.</summary>
    public ObjectFacets OwnFacets => facets ??= new ObjectFacets(this);

    /// <inheritdoc/>
    public override ActivityContext Span => events.Count > 0 ? events[^1].Span : default;

    /// <summary>What its code says belongs to the event that it was given last.</summary>
    public override TraceRecorder? Trace => events.Count > 0 ? events[^1].Trace : null;

    /// <inheritdoc/>
    protected override TraceEvent Traced => throw new InvalidOperationException("Events are traced, not the object.");

    /// <inheritdoc/>
    protected override string? Entrypoint => Class.ClassName;

    /// <inheritdoc/>
    public override void BeginTrace()
    {
    }

    /// <summary>Its storage is open: the class is constructed.</summary>
    public void Begin(IObjectStorage opened)
    {
        storage = opened;
        if (live.Broken is { } reason)
        {
            failure = reason;
            _ = CloseStorageAsync();
            return;
        }

        Worker.Enter();
        Worker.Deliver(this);
    }

    /// <summary>Brings an event to the instance's isolate.</summary>
    public void Post(ObjectEvent given) => Handover.Post(Isolate, given.Begin(this));

    /// <summary>The same in a turn of that isolate, before everything else that waits for it.</summary>
    public void RunNext(ObjectEvent given) => Isolate.RunNext(given.Begin(this));

    /// <summary>The constructor runs.</summary>
    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Add(this);
        isolate.CurrentGate = input;
        created = Environment.TickCount64;
        // Either this sees that it is not wanted any more, or who does not want it sees that there is something to end.
        Interlocked.MemoryBarrier();
        if (live.Broken is { } reason)
        {
            Break(reason);
            return;
        }

        JsResult js = default;
        Create(isolate, ref js);
        result.Take(in js);
        if (js.Status == JsStatus.Exception)
        {
            var error = isolate.Describe(js.Value.Local);
            live.RefuseWaiting(error);
            Break(error);
            return;
        }

        if (Ended) return;
        live.Started(this);
        // It was found for the event before a deployment, and is made after it.
        if (live.CurrentVersion() is { } now && now != Worker.Version.Id) Close(ObjectErrors.CodeUpdated);
    }

    private void Create(WorkerIsolate isolate, ref JsResult js)
    {
        var (engine, facet) = (isolate.Engine, live.Facet);
        var id = facet?.Id ?? new FacetId(live.Address.Id, live.Address.Name, null, IsPlain: false);
        engine.CallHost(
            HostFunction.ObjectCreate,
            [
                Id, engine.NewString(Class.ClassName), engine.NewString(id.Text), isolate.NewOptionalString(id.Name),
                live.Depth, isolate.NewOptionalString(id.Jurisdiction), id.IsPlain, isolate.NewProps(facet?.Props),
            ],
            ref js);
    }

    /// <inheritdoc/>
    public override void OnStorageCleared() => facets?.DeleteAll();

    /// <inheritdoc/>
    public override void Refuse(WorkerError error)
    {
        failure = error;
        live.RefuseWaiting(error);
        _ = CloseStorageAsync();
    }

    /// <summary>An event begins. False when the instance has ended: the event is for another.</summary>
    public bool TryBegin(Invocation begun, ObjectEvent given)
    {
        if (Ended || closing)
        {
            live.Return(given);
            return false;
        }

        live.CountBegun();
        TakeTerms(given);
        Worker.Enter();
        given.Begun();
        events.Add(begun);
        RefillCpu();
        RefillSubrequests();
        return true;
    }

    /// <summary>An event has ended.</summary>
    public void EventEnded(Invocation over)
    {
        events.Remove(over);
        Touch();
    }

    /// <summary>A WebSocket has something to send when the turn ends.</summary>
    public void AddUnsent(ObjectSocket socket) => unsent.Add(socket);

    /// <inheritdoc/>
    public override void EndTurn()
    {
        KeepTerms();
        var commit = storage!.Commit();
        // Looked at once: it may become durable at any moment, and what the gate holds back for it is let go by the task below.
        var durable = commit.Durable is { IsCompletedSuccessfully: false } underWay ? underWay : null;
        output.EndTurn(commit.Confirm ? durable : null);
        foreach (var socket in unsent) socket.Flush();
        unsent.Clear();
        if (durable is null) return;
        Writes++;
        durable.GetAwaiter().UnsafeOnCompleted(() => Isolate.Post(new DurableTask(durable) { Invocation = this }));
    }

    /// <inheritdoc/>
    public override void AfterTurn()
    {
        Isolate.FlushSinks(this);
        // It was made while its version was leaving, or while somebody wanted it away.
        if (!closing && (closeReason ?? (Worker.IsDraining ? ObjectErrors.CodeUpdated : null)) is { } reason) Close(reason);
        if (closing && events.Count == 0 && Writes == 0 && facets is not { IsIdle: false }) End();
        else if (live.Depth > 0 && IsIdle) live.OnIdle();
    }

    /// <summary>The isolate cannot go on with it.</summary>
    public override void Fail(WorkerError error, InvocationOutcome outcome) => Break(outcome switch
    {
        InvocationOutcome.ExceededCpu => ObjectErrors.Cpu,
        InvocationOutcome.ExceededMemory => ObjectErrors.Memory,
        _ => error with { IsObjectReset = true },
    });

    /// <summary>What it has in memory must not be used any more: those who wait for it learn why, and the next event makes another.</summary>
    public void Break(WorkerError error)
    {
        if (Ended) return;
        failure ??= error;
        live.Leave(this);
        live.OnReset(error);
        var session = RpcTable.Of(Isolate).SessionOf(this);
        session.Fail(error);
        foreach (var each in events.ToArray()) each.Fail(error, InvocationOutcome.Exception);
        // After those: bodies of theirs that are held back end with the gate, and their end would be told as the reason.
        output.Break(error);
        End();
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (Ended) return;
        live.Leave(this);
        foreach (var each in events.ToArray()) each.End();
        // Nothing can be sent after it, and nobody waits: a message that is held back has its answer with the events that ended.
        output.Break(failure ?? ObjectErrors.Moved);
        Isolate.CloseBodies(this);
        input.Break(Isolate);
        base.End();
        blocked?.Dispose();
        foreach (var section in sections.Values) section.Limit?.Dispose();
        live.SocketsOrNull?.DropUnconnected();
        facetsClosed = facets?.CloseAsync(failure ?? ObjectErrors.Moved);
        Handover.Post(Isolate, new ForgetTask(Id));
        _ = CloseStorageAsync();
    }

    /// <summary>Its storage could not be opened: it was never made.</summary>
    public void GiveUp() => closed.TrySetResult();

    /// <summary>A fault of ours in making it.</summary>
    public WorkerError InternalError(Exception exception)
    {
        var reference = Guid.NewGuid().ToString("N")[..16];
        Worker.Services.Observer.Uncaught(Worker.Version, new WorkerError(WorkerErrorCode.Exception, $"internal error; reference = {reference}: {exception}"));
        return new WorkerError(WorkerErrorCode.Exception, $"Error: internal error; reference = {reference}");
    }

    private async Task CloseStorageAsync()
    {
        try
        {
            // Whoever has the object next has its facets, too.
            if (facetsClosed is not null) await facetsClosed.ConfigureAwait(false);
            await storage!.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _ = InternalError(exception);
        }

        // One that came back later would have the object begin where somebody has seen it end.
        await live.ReturnedAsync().ConfigureAwait(false);
        live.Ended(this);
        closed.TrySetResult();
    }

    /// <summary>What a turn wrote is on the disk, or will never be.</summary>
    private sealed class DurableTask(Task durable) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            var instance = (ObjectInstance)Invocation!;
            instance.Writes--;
            if (instance.Ended) return;
            if (durable.IsCompletedSuccessfully) instance.output.Release();
            else instance.Break(ObjectErrors.Reset($"Error: {durable.Exception?.InnerException?.Message ?? "The Durable Object's writes were cancelled."}"));
        }
    }

    /// <summary>JavaScript lets go of the instance.</summary>
    private sealed class ForgetTask(int id) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.ObjectEnded, [id], ref js);
            result.Take(in js);
        }
    }
}
