using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

// How it ends: drained, evicted, stopped for its time or its memory, or lost with its thread.
internal sealed partial class WorkerIsolate
{
    /// <summary>No new invocations; disposed of when the last one has ended.</summary>
    public void Retire()
    {
        retired = true;
        Post(new PumpTask());
    }

    /// <summary>Ends every invocation in it with this error, the one that runs too, and goes.</summary>
    public void Abort(WorkerError reason)
    {
        aborted = reason;
        retired = true;
        if (Volatile.Read(ref state) == Running) Engine.Terminate();
        Post(new AbortTask());
    }

    /// <summary>Inside a turn: carries out <see cref="Abort"/>.</summary>
    public void EndAborted()
    {
        EndAll(aborted!, InvocationOutcome.Canceled);
        Volatile.Write(ref state, Disposed);
    }

    /// <summary>A turn was terminated: for its CPU time, or for the isolate's memory.</summary>
    private void Stopped(Invocation? invocation, bool overrun)
    {
        Engine.Resume();
        if (Engine.IsCondemned)
        {
            Condemn();
            return;
        }

        if (aborted is not null)
        {
            EndAborted();
            return;
        }

        // The worker's own state may be half-changed: those under way may finish, new ones get a fresh isolate.
        retired = true;
        var error = new WorkerError(WorkerErrorCode.ExceededLimits, "Worker exceeded CPU time limit.");
        Worker.Services.Observer.Condemned(Worker.Version, error);
        if (invocation is { Ended: false } && overrun) invocation.Fail(error, InvocationOutcome.ExceededCpu);
        // Objects do not move to another isolate with what they have in memory: they begin anew.
        foreach (var each in invocations.ToList())
        {
            if (each.Input is not null) each.Fail(error, InvocationOutcome.ExceededCpu);
        }
    }

    /// <summary>The memory limit was exceeded: everything in this isolate fails, and it goes.</summary>
    public void Condemn()
    {
        retired = true;
        var error = new WorkerError(WorkerErrorCode.ExceededLimits, "Worker exceeded memory limit.");
        Worker.Services.Observer.Condemned(Worker.Version, error);
        EndAll(error, InvocationOutcome.ExceededMemory);
        Volatile.Write(ref state, Disposed);
    }

    private void EndAll(WorkerError error, InvocationOutcome outcome)
    {
        foreach (var each in invocations.ToList())
        {
            try
            {
                each.Fail(error, outcome);
                each.End();
            }
            catch (Exception exception)
            {
                _ = InternalError(exception);
            }
        }
    }

    /// <summary>V8 would have aborted the process on a thread that has this isolate: that thread and the isolate's memory are
    /// lost (docs/limits.md), its invocations fail from here.</summary>
    public void Abandon()
    {
        retired = true;
        Volatile.Write(ref state, Disposed);
        EndFromOutside("Worker exceeded memory limit.", InvocationOutcome.ExceededMemory);
    }

    /// <summary>The thread that has this isolate cannot be stopped (docs/limits.md): its invocations fail from here. Should the
    /// thread come back after all, it frees the isolate.</summary>
    public void GiveUp()
    {
        retired = true;
        Volatile.Write(ref state, Disposed);
        // Not on the watchdog's thread: others wait for it.
        ThreadPool.UnsafeQueueUserWorkItem(
            static isolate => isolate.EndFromOutside("Worker exceeded CPU time limit.", InvocationOutcome.ExceededCpu), this, preferLocal: false);
    }

    private void EndFromOutside(string message, InvocationOutcome outcome)
    {
        var error = new WorkerError(WorkerErrorCode.ExceededLimits, message);
        Worker.Services.Observer.Condemned(Worker.Version, error);
        Worker.OnThreadLost();
        EndAll(error, outcome);
        Timers.Dispose();
        if (started) Worker.Forget(this);
        else Worker.StartFailed(new WorkerStartupException(error with { Code = WorkerErrorCode.Startup, Message = message.Replace("Worker", "Script startup", StringComparison.Ordinal) }));
        Redeliver();
        // What the lost thread had for others, the failures above among it, is none the less given.
        if (outgoing is { } given) Handover.Spill(given);
    }

    private void Discard()
    {
        Volatile.Write(ref state, Disposed);
        Timers.Dispose();
        Coders.Clear();
        HtmlDocuments.Clear();
        Worker.Forget(this);
        Engine.Dispose();
        Redeliver();
    }

    /// <summary>What came too late: new events go to another isolate, completions have nobody left to tell.</summary>
    private void Redeliver()
    {
        while (next.TryDequeue(out var task) || queue.TryDequeue(out task))
        {
            if (task is Invocation { Id: 0 } late && late.Context == late) Worker.Deliver(late);
            else task.Lost();
        }
    }

    /// <summary>Frees the isolate if nothing is using it; called to give memory back.</summary>
    public bool TryEvict()
    {
        if (invocations.Count > 0 || Interlocked.CompareExchange(ref state, Running, Idle) != Idle) return false;
        if (invocations.Count > 0 || !queue.IsEmpty)
        {
            Release();
            return false;
        }

        retired = true;
        KeepCaches();
        Discard();
        return true;
    }

    /// <summary>The next cold start shall find the code compiled.</summary>
    private void KeepCaches()
    {
        Engine.Enter(clock);
        Worker.Code.KeepCaches(this);
        Engine.Exit();
    }
}
