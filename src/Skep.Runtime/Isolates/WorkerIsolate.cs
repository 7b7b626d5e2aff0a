using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Runtime.Fetch;
using Skep.Runtime.HtmlRewriting;
using Skep.Runtime.Limits;
using Skep.Runtime.Ops;
using Skep.Runtime.Sockets;
using Skep.Runtime.Streams;
using Skep.Runtime.Timers;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>One isolate of a worker, and its event loop.</summary>
/// <remarks>Whoever brings work takes the isolate if it is free, runs it inline, drains what others queued meanwhile, and leaves.
/// If it is taken, the work is queued and its bringer goes. A queue that does not end is drained in slices.
/// Everything below "turns" happens on whichever thread has it.</remarks>
internal sealed partial class WorkerIsolate : IThreadPoolWorkItem
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
    private readonly Queue<IsolateTask> next = new();
    private readonly HandleTable<Invocation> invocations = new();
    private readonly List<Invocation> touched = [];
    private int state = Running;
    private volatile bool retired;
    private long turnTicks;
    private ConcurrentQueue<Handover.Work>? outgoing;
    private int turns;
    private volatile bool started;
    private volatile ExecutionSlot? executing;
    private double clock = Now();
    private volatile WorkerError? aborted;

    public WorkerIsolate(Worker worker, Isolate engine)
    {
        Worker = worker;
        Engine = engine;
        engine.State = this;
        engine.TaskPosted = () => Schedule(new PumpTask());
        Timers = new TimerQueue(this, worker.Runtime.Time);
        WebSockets = new WebSocketTable(this);
    }

    /// <summary>The worker it belongs to.</summary>
    public Worker Worker { get; }

    /// <summary>The V8 isolate.</summary>
    public Isolate Engine { get; }

    /// <summary>The time that JavaScript sees, in milliseconds since 1970.</summary>
    public double Clock => clock;

    /// <summary>The invocation on whose behalf JavaScript runs; null in the global scope.</summary>
    public Invocation? Current { get; private set; }

    /// <summary>The gate through which the running task came, if its code is a Durable Object's.</summary>
    public InputGate? CurrentGate { get; set; }

    /// <summary>Bodies that JavaScript knows by number.</summary>
    public HandleTable<HostBody> Bodies { get; } = new();

    /// <summary>Sinks that JavaScript knows by number.</summary>
    public HandleTable<HostSink> Sinks { get; } = new();

    /// <summary>TCP connections that JavaScript knows by number.</summary>
    public HandleTable<WorkerSocket> Sockets { get; } = new();

    /// <summary>Compressions and decompressions that JavaScript knows by number.</summary>
    public CoderTable Coders { get; } = new();

    /// <summary>Documents that are being rewritten, which JavaScript knows by number.</summary>
    public HtmlDocumentTable HtmlDocuments { get; } = new();

    /// <summary>True while the calling thread is inside an isolate: it cannot enter another.</summary>
    public static bool ThreadIsInside => threadIsInside;

    /// <summary>Subrequests in flight by the token JavaScript gave them.</summary>
    public Dictionary<int, SubrequestOp> SubrequestTokens { get; } = [];

    /// <summary>Its modules, once it was started.</summary>
    public ModuleGraph? Modules { get; set; }

    /// <summary>Functions of <c>node:*</c> modules that were compiled and not run to their end yet.</summary>
    public Dictionary<string, JsHandle> NodeFunctions { get; } = new(StringComparer.Ordinal);

    /// <summary>What it computes on other threads.</summary>
    public ComputeQueue Computations { get; } = new();

    /// <summary>Its timers.</summary>
    public TimerQueue Timers { get; }

    /// <summary>Its WebSocket connections.</summary>
    public WebSocketTable WebSockets { get; }

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

    /// <summary>Reads the isolate's memory; inside a turn.</summary>
    public void MeasureMemory()
    {
        var heap = Engine.GetHeapStatistics();
        MemoryBytes = heap.Committed + heap.ArrayBuffers;
    }
}
