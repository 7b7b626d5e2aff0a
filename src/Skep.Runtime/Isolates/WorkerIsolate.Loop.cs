using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Threads;
using Skep.Runtime.Limits;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

// Its event loop: who takes it, and what a turn is.
internal sealed partial class WorkerIsolate
{
    /// <summary>Runs the task now if the isolate is free (and this thread is not inside another); false when it is not.</summary>
    public bool TryRun(IsolateTask task)
    {
        if (threadIsInside || Interlocked.CompareExchange(ref state, Running, Idle) != Idle) return false;
        if (retired && task is Invocation)
        {
            Release();
            return false;
        }

        Drain(task);
        return true;
    }

    /// <summary>Brings work: runs it inline when the isolate is free, else queues it.</summary>
    public void Post(IsolateTask task)
    {
        queue.Enqueue(task);
        NoteBringer();
        var before = Interlocked.CompareExchange(ref state, Running, Idle);
        if (before == Disposed) Redeliver();
        if (before != Idle) return;
        if (threadIsInside) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        else Drain(null);
    }

    /// <summary>Brings work from a thread that must not run JavaScript: V8's own, which may hold V8's locks.</summary>
    public void Schedule(IsolateTask task)
    {
        queue.Enqueue(task);
        var before = Interlocked.CompareExchange(ref state, Running, Idle);
        if (before == Disposed) Redeliver();
        if (before == Idle) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => Drain(null);

    private void Drain(IsolateTask? first)
    {
        var slot = ExecutionSlot.Current;
        outgoing = Handover.Current;
        Slice slice = new(this);
        ServingPlace? goesTo = null;
        do
        {
            threadIsInside = true;
            Engine.Enter(clock);
            try
            {
                if (first is not null) Turn(first, slot);
                first = null;
                while (goesTo is null && Volatile.Read(ref state) == Running && (next.TryDequeue(out var task) || queue.TryDequeue(out task)))
                {
                    Handover.Spill();
                    Turn(task, slot);
                    goesTo = slice.End();
                }
            }
            finally
            {
                Engine.Exit();
                threadIsInside = false;
            }

            if (goesTo is not null)
            {
                leftTo = goesTo;
                goesTo.Bring(this);
                break;
            }

            if (state == Disposed || (retired && invocations.Count == 0))
            {
                Discard();
                break;
            }

            // A full fence: the queue must be read after the isolate was seen to be free, or its last task would wait for the next.
            Interlocked.Exchange(ref state, Idle);
        }
        while (!queue.IsEmpty && Interlocked.CompareExchange(ref state, Running, Idle) == Idle);
        Handover.Run();
    }

    /// <summary>The time that the invocation has used in the turn it is in, in Stopwatch ticks.</summary>
    public long TurnTicks(Invocation invocation) => Current == invocation && executing is { } slot && slot == ExecutionSlot.Current ? slot.Elapsed : 0;

    private void Turn(IsolateTask task, ExecutionSlot slot)
    {
        if (task.Gate is { } gate && !gate.TryPass(task)) return;
        CurrentGate = task.Gate;
        var invocation = task.Invocation;
        IsReduced = false;
        if (task.AdvancesClock)
        {
            Engine.SetClock(clock = Now());
            LastUsed = Environment.TickCount64;
        }

        Current = invocation;
        if (invocation is { Id: 0 }) invocation.Isolate = this;
        if (task.IsEvent) invocation!.RefillCpu();
        TurnResult result = default;
        slot.Begin(Engine, invocation?.CpuAllowance ?? Stopwatch.Frequency);
        executing = slot;
        try
        {
            task.Run(this, ref result);
            if (result.Tasks > 0 || result.Rejections > 0) AfterJavaScript(ref result);
        }
        catch (Exception exception)
        {
            Fault(invocation, exception);
        }

        executing = null;
        if (slot.End(out var overrun) is not { } ticks) return;
        turnTicks = ticks;
        if (invocation is not null) invocation.CpuTicks += ticks;
        if (overrun || result.Status == JsStatus.Terminated || result.IsCondemned) Stopped(invocation, overrun);
        var context = invocation?.Context;
        EndTurn(context);
        for (var i = 0; i < touched.Count; i++) EndTurn(touched[i]);
        WebSockets.Flush();
        AfterTurn(invocation);
        if (context != invocation) AfterTurn(context);
        // Settling them may have touched further ones.
        for (var i = 0; i < touched.Count; i++) AfterTurn(touched[i]);
        touched.Clear();
        Current = null;
        CurrentGate = null;
        if (++turns == TurnsBeforeCache && state == Running) Worker.Code.KeepCaches(this);
    }

    /// <summary>Brings tasks in a turn that run as soon as it has ended, before all others.</summary>
    public void RunNext(Queue<IsolateTask> tasks)
    {
        while (tasks.TryDequeue(out var task)) next.Enqueue(task);
    }

    /// <inheritdoc cref="RunNext(Queue{IsolateTask})"/>
    public void RunNext(IsolateTask task) => next.Enqueue(task);

    private void EndTurn(Invocation? invocation)
    {
        if (state != Running || invocation is not { Ended: false }) return;
        try
        {
            invocation.EndTurn();
        }
        catch (Exception exception)
        {
            Fault(invocation, exception);
        }
    }

    private void AfterTurn(Invocation? invocation)
    {
        if (state != Running || invocation is not { Ended: false }) return;
        try
        {
            invocation.AfterTurn();
        }
        catch (Exception exception)
        {
            Fault(invocation, exception);
        }
    }

    /// <summary>A fault of ours, or of whoever implements the event: this invocation fails, the process goes on.</summary>
    private void Fault(Invocation? invocation, Exception exception)
    {
        var fault = InternalError(exception);
        if (invocation is not { Ended: false }) return;
        try
        {
            invocation.Fail(new WorkerError(WorkerErrorCode.Exception, fault.Message), InvocationOutcome.Exception);
        }
        catch (Exception second)
        {
            _ = InternalError(second);
        }
    }

    /// <summary>Leaves the isolate to whoever comes next, or runs what came meanwhile.</summary>
    private void Release()
    {
        Interlocked.Exchange(ref state, Idle);
        if (!queue.IsEmpty && Interlocked.CompareExchange(ref state, Running, Idle) == Idle) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
}
