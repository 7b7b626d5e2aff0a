namespace Skep.Storage.Files;

/// <summary>Counts who uses something that is open, and closes it when it was retired and nobody uses it any more.</summary>
/// <param name="close">Closes it.</param>
internal sealed class UseCount(Action close)
{
    private const int Retired = 1 << 30;

    private int _uses;

    /// <summary>When it was last retained, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Nobody can retain it any more.</summary>
    public bool IsRetired => (Volatile.Read(ref _uses) & Retired) != 0;

    /// <summary>Keeps it open until <see cref="Release"/>; false when it is about to close.</summary>
    public bool TryRetain()
    {
        for (var seen = Volatile.Read(ref _uses); ;)
        {
            if ((seen & Retired) != 0) return false;
            var was = Interlocked.CompareExchange(ref _uses, seen + 1, seen);
            if (was == seen) break;
            seen = was;
        }

        LastUsed = Environment.TickCount64;
        return true;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == Retired) close();
    }

    /// <summary>Nobody can retain it any more.</summary>
    public void Retire()
    {
        if (Interlocked.Or(ref _uses, Retired) == 0) close();
    }
}
