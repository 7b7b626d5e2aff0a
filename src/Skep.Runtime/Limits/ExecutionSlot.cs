using System.Diagnostics;
using Skep.Abstractions.Threads;
using Skep.V8;

namespace Skep.Runtime.Limits;

/// <summary>What one thread is executing, for the watchdog. A turn costs two interlocked writes; the thread's CPU clock is read
/// only for turns that last longer than the watchdog's tick.</summary>
internal sealed class ExecutionSlot
{
    private const long Idle = 0;

    // A termination that has not landed after this much CPU time more never will: the thread is in one of V8's own loops
    // that look at no interrupt (docs/limits.md).
    private static readonly long Patience = Stopwatch.Frequency / 4;

    // The longest that a turn counts for before the watchdog has seen it. On a machine so busy that it looks later than that,
    // the turn's thread has waited too, and waiting is no CPU time: a limit of 50 ms must not be reached by it.
    private static readonly long MostUnseen = Stopwatch.Frequency / 50;

    // Turns that have used more than this go on behind those of the other threads.
    private static readonly long Short = Stopwatch.Frequency / 125;

    // A script's start is waited for by everybody who asks for the Worker, and comes once: behind the others it would take ten times as
    // long on a busy machine, longer than clients wait. A start that needs more than this is no ordinary one.
    private static readonly long ShortStart = Stopwatch.Frequency * 4 / 10;

    [ThreadStatic]
    private static ExecutionSlot? current;

    private readonly int clock = ThreadCpuTime.Clock;
    private readonly ThreadNiceness niceness = new();
    private readonly Lock terminating = new();
    private Isolate? isolate;
    private long generation;
    private long state;
    private long started;
    private long allowance;
    private long equalFor;
    private long cpuBase;
    private long sampled;
    private bool unstoppable;
    private int behind;

    private ExecutionSlot() => Watchdog.Register(this);

    /// <summary>The calling thread's slot.</summary>
    public static ExecutionSlot Current => current ??= new ExecutionSlot();

    /// <summary>Its thread has ended.</summary>
    public bool IsDead => Volatile.Read(ref state) == Idle && !ThreadCpuTime.TryRead(clock, out _);

    /// <summary>Whether the turn that runs here has used its CPU time: what C# does for it must end too.</summary>
    public bool IsOver => Volatile.Read(ref state) < Idle;

    /// <summary>Begins a turn that may use <paramref name="ticks"/> of CPU time (Stopwatch ticks).</summary>
    public void Begin(Isolate running, long ticks) => Begin(running, ticks, Short);

    /// <summary>Begins the turn that starts a script.</summary>
    public void BeginStart(Isolate starting, long ticks) => Begin(starting, ticks, ShortStart);

    private void Begin(Isolate running, long ticks, long equal)
    {
        isolate = running;
        allowance = ticks;
        equalFor = equal;
        started = Stopwatch.GetTimestamp();
        Volatile.Write(ref state, ++generation);
        Watchdog.Wake();
    }

    /// <summary>Ends it. Returns the CPU time used in Stopwatch ticks, and whether the watchdog terminated it for its CPU time.
    /// Null when that came so late that the watchdog has given the isolate up: then nothing of it may be touched any more.</summary>
    public long? End(out bool overrun)
    {
        overrun = false;
        if (Interlocked.CompareExchange(ref state, Idle, generation) != generation)
        {
            // The watchdog is terminating this turn: once it is done, nothing of it may reach the next.
            lock (terminating)
            {
                state = Idle;
                overrun = true;
            }
        }

        isolate = null;
        if (Volatile.Read(ref behind) != 0) CatchUp();
        if (unstoppable)
        {
            unstoppable = false;
            return null;
        }

        return Elapsed;
    }

    /// <summary>The time of the turn so far, in Stopwatch ticks; only for the thread that runs it.</summary>
    public long Elapsed => Volatile.Read(ref sampled) == generation ? ReadClock() - cpuBase : Unseen;

    private long Unseen => Math.Clamp(Stopwatch.GetTimestamp() - Volatile.Read(ref started), 0, MostUnseen);

    /// <summary>The watchdog's look at the slot, from its own thread.</summary>
    public bool Check()
    {
        var seen = Volatile.Read(ref state);
        if (seen < Idle) return CheckTerminated(seen);
        if (seen == Idle) return false;
        var running = Volatile.Read(ref isolate);
        if (sampled != seen)
        {
            // First sight: about one tick old, so wall time is close enough to CPU time.
            cpuBase = ReadClock() - Unseen;
            Volatile.Write(ref sampled, seen);
            if (Volatile.Read(ref state) != seen) return true;
        }

        var used = ReadClock() - cpuBase;
        if (used > Volatile.Read(ref equalFor) && Volatile.Read(ref behind) == 0) FallBehind(seen);
        if (used <= Volatile.Read(ref allowance) || running is null) return true;
        lock (terminating)
        {
            if (Interlocked.CompareExchange(ref state, -seen, seen) == seen) running.Terminate();
        }

        return true;
    }

    /// <summary>Was told to end: gives the isolate up when it does not.</summary>
    private bool CheckTerminated(long seen)
    {
        if (unstoppable || ReadClock() - cpuBase <= Volatile.Read(ref allowance) + Patience) return !unstoppable;
        lock (terminating)
        {
            if (Volatile.Read(ref state) != seen || isolate?.State is not Isolates.WorkerIsolate lost) return true;
            unstoppable = true;
            niceness.FallBehindForGood();
            lost.GiveUp();
        }

        return false;
    }

    private void FallBehind(long seen)
    {
        niceness.FallBehind();
        Interlocked.Exchange(ref behind, 1);
        // Its end may have come before that could be seen there.
        if (Volatile.Read(ref state) != seen) CatchUp();
    }

    private void CatchUp()
    {
        if (Interlocked.Exchange(ref behind, 0) != 0) niceness.CatchUp();
    }

    private long ReadClock() => ThreadCpuTime.TryRead(clock, out var ticks) ? ticks : 0;
}
