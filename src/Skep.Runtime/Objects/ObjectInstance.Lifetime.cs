using Skep.Abstractions.Errors;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Objects;

// When it ends: idle for long enough, replaced, or moved.
internal sealed partial class ObjectInstance
{
    private static readonly Random Spread = Random.Shared;

    private long created;
    private long lastUsed = Environment.TickCount64;
    private long lifetime;
    private int evicting;
    private bool closing;
    private WorkerError? closeReason;

    /// <summary>Something that it wrote is on its way to the disk.</summary>
    public bool HasWrites => Writes > 0;

    /// <summary>Turns whose writes are on their way to the disk.</summary>
    private int Writes { get; set; }

    /// <summary>Nothing is asked of it now, nor of its facets.</summary>
    public bool IsIdle => events.Count == 0 && Writes == 0 && !live.HasDelivered && input.IsOpen && Facets is not { IsIdle: false };

    /// <summary>It was used just now, or one of its facets was.</summary>
    public void Touch()
    {
        Volatile.Write(ref lastUsed, Environment.TickCount64);
        live.OnUsed();
    }

    /// <summary>One of its facets has nothing to do any more: it may be what the end waits for. On any thread.</summary>
    public void FacetIdle()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref closing)) Isolate.Post(new FacetIdleTask { Invocation = this });
        live.OnIdle();
    }

    /// <summary>Ends it when it was idle for long: soon when all it has can be made again, later when something (a timer, a request
    /// under way) could still wake it (https://developers.cloudflare.com/durable-objects/concepts/durable-object-lifecycle/).</summary>
    public void EvictWhenIdle(long now)
    {
        var options = Worker.Runtime.Options;
        if (lifetime == 0) lifetime = (long)(options.ObjectIdleLifetime.TotalMilliseconds * (1 + Spread.NextDouble()));
        var idle = now - Volatile.Read(ref lastUsed);
        if (created == 0 || idle < (long)options.ObjectHibernateAfter.TotalMilliseconds || Interlocked.Exchange(ref evicting, 1) != 0) return;
        Isolate.Post(new EvictTask(evenIfPending: idle >= lifetime) { Invocation = this });
    }

    /// <summary>Ends it now if nothing is asked of it; for tests of what must survive that.</summary>
    public void Evict()
    {
        if (created != 0) Isolate.Post(new EvictTask(evenIfPending: true) { Invocation = this });
    }

    /// <summary>Ends it when its events have been answered, or after a moment with this error.</summary>
    public void Close(WorkerError reason)
    {
        // One that is still being made sees it for itself.
        Volatile.Write(ref closeReason, reason);
        if (Volatile.Read(ref created) != 0) Isolate.Post(new CloseTask(reason) { Invocation = this });
    }

    /// <summary>Ends it at once with this error.</summary>
    public void Abort(WorkerError reason)
    {
        Interlocked.MemoryBarrier();
        // One that is still being made sees it for itself.
        if (Volatile.Read(ref created) != 0) Isolate.Post(new BreakTask(reason) { Invocation = this });
    }

    /// <inheritdoc cref="Close"/>
    /// <returns>Completes when its storage is closed.</returns>
    public Task CloseAsync(WorkerError reason)
    {
        Close(reason);
        return closed.Task;
    }

    private sealed class EvictTask(bool evenIfPending) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            var instance = (ObjectInstance)Invocation!;
            Volatile.Write(ref instance.evicting, 0);
            if (instance.Ended || !instance.IsIdle || (!evenIfPending && (instance.Pending > 0 || instance.facets is { HasPending: true }))) return;
            instance.End();
        }
    }

    private sealed class CloseTask(WorkerError reason) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            var instance = (ObjectInstance)Invocation!;
            if (instance.Ended || instance.closing) return;
            instance.live.Leave(instance);
            instance.closing = true;
            // Either this sees that its facets are idle, or they see that it waits for them.
            Interlocked.MemoryBarrier();
            instance.facets?.RestartSockets();
            if (instance.IsIdle)
            {
                instance.End();
                return;
            }

            var runtime = instance.Worker.Runtime;
            instance.blocked = runtime.Time.CreateTimer(
                _ => isolate.Post(new BreakTask(reason) { Invocation = instance }), null, runtime.Options.ObjectCloseGrace, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A turn, after which the instance looks whether it can end.</summary>
    private sealed class FacetIdleTask : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
        }
    }

    private sealed class BreakTask(WorkerError reason) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result) => ((ObjectInstance)Invocation!).Break(reason);
    }
}
