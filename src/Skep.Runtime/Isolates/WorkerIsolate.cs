using System.Collections.Concurrent;
using System.Diagnostics;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Fetch;
using Skep.Runtime.Limits;
using Skep.Runtime.Ops;
using Skep.Runtime.Streams;
using Skep.Runtime.Timers;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>One isolate of a worker, and its event loop.</summary>
/// <remarks>Whoever brings work takes the isolate if it is free, runs it inline, drains what others queued meanwhile, and leaves.
/// If it is taken, the work is queued and its bringer goes. Everything below "turns" happens on whichever thread has it.</remarks>
internal sealed class WorkerIsolate : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int Disposed = 2;

    // A worker that has run for so many turns is worth a code cache: it may get further isolates.
    private const int TurnsBeforeCache = 64;

    // Reports of one turn; a worker can reject any number of promises.
    private const int MostRejections = 100;

    private static readonly WorkerError TooManyRejections =
        new(WorkerErrorCode.Exception, $"More than {MostRejections} promises were rejected at once; the others are not reported.");

    [ThreadStatic]
    private static bool threadIsInside;

    private readonly ConcurrentQueue<IsolateTask> queue = new();
    private readonly HandleTable<Invocation> invocations = new();
    private readonly List<Invocation> touched = [];
    private int state = Running;
    private volatile bool retired;
    private int turns;
    private volatile bool started;
    private volatile ExecutionSlot? executing;
    private volatile WorkerError? aborted;

    public WorkerIsolate(Worker worker, Isolate engine)
    {
        Worker = worker;
        Engine = engine;
        engine.State = this;
        engine.TaskPosted = () => Schedule(new PumpTask());
        Timers = new TimerQueue(this, worker.Runtime.Time);
    }

    /// <summary>The worker it belongs to.</summary>
    public Worker Worker { get; }

    /// <summary>The V8 isolate.</summary>
    public Isolate Engine { get; }

    /// <summary>The invocation on whose behalf JavaScript runs; null in the global scope.</summary>
    public Invocation? Current { get; private set; }

    /// <summary>Bodies that JavaScript knows by number.</summary>
    public HandleTable<HostBody> Bodies { get; } = new();

    /// <summary>Sinks that JavaScript knows by number.</summary>
    public HandleTable<HostSink> Sinks { get; } = new();

    /// <summary>Compressions and decompressions that JavaScript knows by number.</summary>
    public CoderTable Coders { get; } = new();

    /// <summary>Subrequests in flight by the token JavaScript gave them.</summary>
    public Dictionary<int, SubrequestOp> SubrequestTokens { get; } = [];

    /// <summary>Its modules, once it was started.</summary>
    public ModuleGraph? Modules { get; set; }

    /// <summary>What it computes on other threads.</summary>
    public ComputeQueue Computations { get; } = new();

    /// <summary>Its timers.</summary>
    public TimerQueue Timers { get; }

    /// <summary>When it was last used, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Heap and buffers at the end of a recent turn, in bytes.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Bytes of console output that belong to no invocation.</summary>
    public int LogBytes { get; set; }

    /// <summary>Has given memory back since it was last used.</summary>
    public bool IsReduced { get; set; }

    /// <summary>Takes no new invocations any more; goes when the last one has ended.</summary>
    public bool IsRetired => retired;

    /// <summary>Work that waits for the isolate.</summary>
    public int Waiting => queue.Count;

    /// <summary>Nothing runs or waits in it. Exact only while it is not given work.</summary>
    public bool IsQuiet => invocations.Count == 0 && queue.IsEmpty && Volatile.Read(ref state) == Idle;

    /// <summary>Starts the worker's code. The creator owns the isolate until this returns.</summary>
    /// <exception cref="WorkerStartupException">It failed.</exception>
    public void Start()
    {
        WorkerError? error = null;
        var slot = ExecutionSlot.Current;
        var outer = threadIsInside;
        threadIsInside = true;
        Engine.Enter(Now());
        slot.Begin(Engine, (long)(Worker.Version.Limits.StartupCpuTime.TotalSeconds * Stopwatch.Frequency));
        try
        {
            error = Worker.Code.Start(this);
        }
        finally
        {
            var given = slot.End(out var overrun) is null;
            if (overrun || Engine.IsCondemned)
            {
                Engine.Resume();
                error = new WorkerError(
                    WorkerErrorCode.Startup,
                    overrun
                        ? $"Script startup exceeded CPU time limit: the global scope may use {Worker.Version.Limits.StartupCpuTime.TotalMilliseconds:0} ms. Move work into the handlers."
                        : "Script startup exceeded the memory limit.");
            }

            Engine.Exit();
            threadIsInside = outer;
            // Whoever waits for the start was told meanwhile.
            if (given) Engine.Dispose();
        }

        if (state == Disposed) return;
        if (error is null)
        {
            started = true;
            Release();
            return;
        }

        Volatile.Write(ref state, Disposed);
        Engine.Dispose();
        throw new WorkerStartupException(error);
    }

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

    /// <summary>The invocation with this number. Called by ops.</summary>
    public Invocation FindInvocation(int id)
    {
        var found = invocations.Find(id) ?? throw JsException.Plain(
            "Cannot perform I/O on behalf of a different request. I/O objects (such as streams, request/response bodies, and others) created in the context of one request handler cannot be accessed from a different request's handler. This is a limitation of Cloudflare Workers which allows us to improve overall performance.");
        Touch(found);
        return found;
    }

    /// <summary>A turn changed an invocation that is not the turn's own, as when a promise that several requests wait for is
    /// settled: it too is looked at afterwards.</summary>
    public void Touch(Invocation invocation)
    {
        if (invocation != Current && !touched.Contains(invocation)) touched.Add(invocation);
    }

    /// <summary>The invocation on whose behalf an op does I/O: the one whose asynchronous context the calling code runs in, which
    /// need not be the one whose turn it is.</summary>
    public Invocation RequireInvocation()
    {
        if (Current is { } current) return Engine.AsyncEvent is var id && (id == current.Id || id < 0) ? current : FindInvocation(id);
        throw JsException.Plain(
            "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random values are not allowed within global scope. To fix this error, perform this operation within a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/");
    }

    /// <summary>The body with this number.</summary>
    public HostBody FindBody(int id) => Bodies.Find(id) ?? throw JsException.Type("The body has been used or cancelled already.");

    /// <summary>The body with this number, whose rest the caller consumes.</summary>
    public HostBody TakeBody(int id) => Bodies.Remove(id) ?? throw JsException.Type("The body has been used or cancelled already.");

    /// <summary>The sink with this number.</summary>
    public HostSink FindSink(int id) => Sinks.Find(id) ?? throw JsException.Plain("Network connection lost.");

    /// <summary>Sends what an invocation's streams wrote in small pieces.</summary>
    public void FlushSinks(Invocation invocation)
    {
        if (Sinks.Count == 0) return;
        foreach (var sink in Sinks.ToList())
        {
            if (sink.Owner == invocation) sink.FlushSmall();
        }
    }

    /// <summary>Gives up the bodies, sinks and coders of an invocation that ends.</summary>
    public void CloseBodies(Invocation invocation)
    {
        Coders.CloseFor(invocation);
        if (Bodies.Count > 0)
        {
            foreach (var (id, body) in Bodies.ToPairs())
            {
                if (body.Owner != invocation) continue;
                Bodies.Remove(id);
                body.Cancel();
            }
        }

        if (Sinks.Count == 0) return;
        foreach (var (id, sink) in Sinks.ToPairs())
        {
            if (sink.Owner != invocation) continue;
            Sinks.Remove(id);
            sink.Close("The request ended.");
        }
    }

    public void Add(Invocation invocation)
    {
        invocation.Id = invocations.Add(invocation);
    }

    public void Remove(Invocation invocation)
    {
        invocations.Remove(invocation.Id);
        Timers.RemoveFor(invocation);
        Worker.OnInvocationEnded();
    }

    /// <summary>The JavaScript error for an exception of an op.</summary>
    public JsLocal ToError(JsException exception)
    {
        if (exception.DomName is not { } name) return Engine.NewError(exception.ErrorClass, exception.Message);
        JsResult result = default;
        Engine.CallHost(HostFunction.CreateError, [Engine.NewString(name), Engine.NewString(exception.Message)], ref result, microtasks: false);
        return result.Status == JsStatus.Ok ? result.Value.Local : Engine.NewError(JsErrorClass.Error, exception.Message);
    }

    /// <summary>Reports a fault of ours to the operator; the worker learns only its reference.</summary>
    public JsException InternalError(Exception exception)
    {
        var reference = Guid.NewGuid().ToString("N")[..16];
        Worker.Services.Observer.Uncaught(Worker.Version, new WorkerError(WorkerErrorCode.Exception, $"internal error; reference = {reference}: {exception}"));
        return JsException.Plain($"internal error; reference = {reference}");
    }

    /// <summary>Describes a thrown value for the worker's author.</summary>
    public WorkerError Describe(JsLocal thrown) => Describe(thrown, out _);

    /// <summary>Describes a thrown value; when a getter of the worker's had to be terminated meanwhile, that is the failure.</summary>
    public WorkerError Describe(JsLocal thrown, out bool terminated)
    {
        var (message, stack) = Engine.DescribeError(thrown, out terminated);
        return new WorkerError(WorkerErrorCode.Exception, message, stack);
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;

    private void Drain(IsolateTask? first)
    {
        var slot = ExecutionSlot.Current;
        do
        {
            threadIsInside = true;
            Engine.Enter(Now());
            try
            {
                if (first is not null) Turn(first, slot);
                first = null;
                while (Volatile.Read(ref state) == Running && queue.TryDequeue(out var task)) Turn(task, slot);
            }
            finally
            {
                Engine.Exit();
                threadIsInside = false;
            }

            LastUsed = Environment.TickCount64;
            if (state == Disposed || (retired && invocations.Count == 0))
            {
                Discard();
                return;
            }

            // A full fence: the queue must be read after the isolate was seen to be free, or its last task would wait for the next.
            Interlocked.Exchange(ref state, Idle);
        }
        while (!queue.IsEmpty && Interlocked.CompareExchange(ref state, Running, Idle) == Idle);
    }

    /// <summary>The time that the invocation has used in the turn it is in, in Stopwatch ticks.</summary>
    public long TurnTicks(Invocation invocation) => Current == invocation && executing is { } slot && slot == ExecutionSlot.Current ? slot.Elapsed : 0;

    private void Turn(IsolateTask task, ExecutionSlot slot)
    {
        var invocation = task.Invocation;
        IsReduced = false;
        Current = invocation;
        if (invocation is { Id: 0 }) invocation.Isolate = this;
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
        if (invocation is not null) invocation.CpuTicks += ticks;
        if (overrun || result.Status == JsStatus.Terminated || result.IsCondemned) Stopped(invocation, overrun);
        AfterTurn(invocation);
        // Settling them may have touched further ones.
        for (var i = 0; i < touched.Count; i++) AfterTurn(touched[i]);
        touched.Clear();
        Current = null;
        if (++turns == TurnsBeforeCache && state == Running) Worker.Code.KeepCaches(this);
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

    private void AfterJavaScript(ref TurnResult result)
    {
        // Tasks of V8 (WebAssembly, finalizers) may queue microtasks, these may reject promises, handlers may do either.
        for (var round = 0; round < 1000 && result.Status == JsStatus.Ok && (result.Tasks > 0 || result.Rejections > 0); round++)
        {
            JsResult js = default;
            if (result.Tasks > 0) Engine.Pump();
            else ReportRejections(ref result);
            Engine.RunMicrotasks(ref js);
            result.Take(in js);
        }
    }

    private void ReportRejections(ref TurnResult result)
    {
        for (var reported = 0; result.Status == JsStatus.Ok && Engine.TakeRejection(out var promise, out var reason, out var handled); reported++)
        {
            if (reported >= MostRejections)
            {
                if (reported == MostRejections) Worker.Services.Observer.Uncaught(Worker.Version, TooManyRejections);
                result.Rejections = 0;
                continue;
            }

            JsResult js = default;
            Engine.CallHost(HostFunction.UnhandledRejection, [promise, reason, handled], ref js, microtasks: false);
            result.Take(in js);
            if (js.Status == JsStatus.Ok && !handled && !js.Value.Boolean)
            {
                Worker.Services.Observer.Uncaught(Worker.Version, Describe(reason));
            }
        }
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
    }

    private void Discard()
    {
        Volatile.Write(ref state, Disposed);
        Timers.Dispose();
        Coders.Clear();
        Worker.Forget(this);
        Engine.Dispose();
        Redeliver();
    }

    /// <summary>What came too late: new events go to another isolate, completions have nobody left to tell.</summary>
    private void Redeliver()
    {
        while (queue.TryDequeue(out var task))
        {
            if (task is Invocation { Id: 0 } late) Worker.Deliver(late);
            else task.Lost();
        }
    }

    /// <summary>Leaves the isolate to whoever comes next, or runs what came meanwhile.</summary>
    private void Release()
    {
        Interlocked.Exchange(ref state, Idle);
        if (!queue.IsEmpty && Interlocked.CompareExchange(ref state, Running, Idle) == Idle) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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
        Engine.Enter(Now());
        Worker.Code.KeepCaches(this);
        Engine.Exit();
    }

    /// <summary>Reads the isolate's memory; inside a turn.</summary>
    public void MeasureMemory()
    {
        var heap = Engine.GetHeapStatistics();
        MemoryBytes = heap.Committed + heap.ArrayBuffers;
    }
}
