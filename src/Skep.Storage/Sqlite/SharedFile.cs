namespace Skep.Storage.Sqlite;

/// <summary>A file that several use while it is open. Whoever uses it has retained it; it closes when it was retired and nobody uses
/// it any more.</summary>
internal abstract class SharedFile
{
    private const int Retired = 1 << 30;

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _uses;

    /// <summary>When it was last retained, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Ends when it is closed.</summary>
    public Task Closed => _closed.Task;

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

    /// <summary>Keeps it open once more, for work that ends after whoever asked for it was answered; only who has retained it may.</summary>
    protected void RetainAgain() => Interlocked.Increment(ref _uses);

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == Retired) Close();
    }

    /// <summary>Nobody can retain it any more.</summary>
    public void Retire()
    {
        if (Interlocked.Or(ref _uses, Retired) == 0) Close();
    }

    /// <summary>Retires it if nobody uses it; false when somebody does.</summary>
    public bool TryRetireIdle()
    {
        if (!MayRest || Interlocked.CompareExchange(ref _uses, Retired, 0) != 0) return false;
        Close();
        return true;
    }

    /// <summary>Whether it may be closed when nobody uses it, to be opened again.</summary>
    protected virtual bool MayRest => true;

    /// <summary>Whether nobody uses it right now.</summary>
    public bool IsIdle => Volatile.Read(ref _uses) == 0 && MayRest;

    /// <summary>Closes it, on a thread that may wait for the disk, and calls <see cref="OnClosed"/> then.</summary>
    protected abstract void Close();

    protected void OnClosed() => _closed.SetResult();
}
