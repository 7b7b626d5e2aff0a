using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Skep.Abstractions.Threads;

/// <summary>Threads' CPU clocks: how long each has run, not how long it has waited for a core.</summary>
public static partial class ThreadCpuTime
{
    private const int ThreadClock = 3;

    /// <summary>The calling thread's, in Stopwatch ticks.</summary>
    public static long Ticks =>
        TryRead(ThreadClock, out var ticks) ? ticks : throw new InvalidOperationException("The thread has no CPU clock.");

    /// <summary>The number of the calling thread's clock, by which any thread can read it.</summary>
    /// <exception cref="InvalidOperationException">The kernel has none for it.</exception>
    public static int Clock =>
        pthread_getcpuclockid(pthread_self(), out var clock) == 0 ? clock : throw new InvalidOperationException("The thread has no CPU clock.");

    /// <summary>Reads any thread's clock, in Stopwatch ticks; false when the thread has ended.</summary>
    public static bool TryRead(int clock, out long ticks)
    {
        var read = clock_gettime(clock, out var time) == 0;
        // Seconds apart from their fraction: together in nanoseconds the product overflows after 9 s.
        ticks = read ? (time.Seconds * Stopwatch.Frequency) + (time.Nanoseconds * Stopwatch.Frequency / 1_000_000_000) : 0;
        return read;
    }

    [LibraryImport("libc")]
    private static partial nint pthread_self();

    [LibraryImport("libc")]
    private static partial int pthread_getcpuclockid(nint thread, out int clock);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
