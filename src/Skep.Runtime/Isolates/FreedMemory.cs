namespace Skep.Runtime.Isolates;

/// <summary>Gives memory that isolates freed back to the kernel: not after each of them, that would cost milliseconds every time.</summary>
/// <param name="give">Gives it back.</param>
/// <param name="now">The time in milliseconds.</param>
internal sealed class FreedMemory(Action give, long now)
{
    /// <summary>So many isolates are worth a return soon.</summary>
    public const int Enough = 16;

    /// <summary>Between two returns, in milliseconds.</summary>
    public const long Pause = 5_000;

    /// <summary>What fewer isolates freed is returned after this many milliseconds.</summary>
    public const long LongPause = 60_000;

    private int isolates;
    private long last = now;

    /// <summary>An isolate ended, or gave up what its last work left behind.</summary>
    public void Add() => Interlocked.Increment(ref isolates);

    /// <summary>Returns what was freed when that is worth it.</summary>
    public void Sweep(long now)
    {
        var freed = Volatile.Read(ref isolates);
        if (freed == 0 || now - last < (freed >= Enough ? Pause : LongPause)) return;
        last = now;
        Interlocked.Add(ref isolates, -freed);
        give();
    }
}
