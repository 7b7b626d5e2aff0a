using System.Runtime.InteropServices;

namespace Skep.Runtime.Limits;

/// <summary>The niceness of one thread (sched(7)): the process's own, or behind it, so that a worker that computes for long leaves the cores
/// to those whose requests are short.</summary>
internal sealed partial class ThreadNiceness
{
    // A tenth of the processor time of the others, when there is not enough. Not less: a thread that hardly ever runs may hold a lock
    // that they need.
    private const int StepsBehind = 10;

    private const int OfThread = 0;

    // The process's: its first thread runs no worker.
    private static readonly int Usual = getpriority(OfThread, Environment.ProcessId);

    private static readonly Lazy<bool> Restorable = new(static () =>
    {
        var restored = false;
        Thread trial = new(() =>
        {
            var own = gettid();
            restored = setpriority(OfThread, own, Usual + 1) == 0 && setpriority(OfThread, own, Usual) == 0;
        });
        trial.Start();
        trial.Join();
        return restored;
    });

    private readonly int thread = gettid();

    /// <summary>For the calling thread.</summary>
    public ThreadNiceness()
    {
        // Begun by one that was behind.
        if (getpriority(OfThread, thread) != Usual) CatchUp();
    }

    /// <summary>Whether this process may take niceness back: with CAP_SYS_NICE, or as far as its RLIMIT_NICE allows.</summary>
    public static bool IsRestorable => Restorable.Value;

    /// <summary>Puts the thread behind the others, if it can be made one of them again. Any thread may call it.</summary>
    public void FallBehind()
    {
        if (IsRestorable) FallBehindForGood();
    }

    /// <summary>Puts it behind them even if it has to stay there: it may never be of use again.</summary>
    public void FallBehindForGood() => _ = setpriority(OfThread, thread, Usual + StepsBehind);

    /// <summary>Makes it one of them again, if this process may.</summary>
    public void CatchUp() => _ = setpriority(OfThread, thread, Usual);

    [LibraryImport("libc")]
    private static partial int gettid();

    /// <summary>Of one thread, on Linux.</summary>
    [LibraryImport("libc")]
    private static partial int getpriority(int which, int thread);

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int thread, int niceness);
}
