namespace Skep.Runtime.Limits;

/// <summary>One thread that looks every few milliseconds at what the others execute, and sleeps when they execute nothing.</summary>
internal static class Watchdog
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    // Ticks without work before the thread parks.
    private const int Patience = 40;

    private static readonly Lock Gate = new();
    private static readonly ManualResetEventSlim Work = new(false, 0);
    private static ExecutionSlot[] slots = [];
    private static int parked;
    private static bool started;

    public static void Register(ExecutionSlot slot)
    {
        lock (Gate)
        {
            slots = [.. slots.Where(static each => !each.IsDead), slot];
            if (started) return;
            started = true;
            new Thread(Watch) { IsBackground = true, Name = "skep watchdog", Priority = ThreadPriority.AboveNormal }.Start();
        }
    }

    public static void Wake()
    {
        if (Volatile.Read(ref parked) != 0 && Interlocked.Exchange(ref parked, 0) != 0) Work.Set();
    }

    private static void Watch()
    {
        var quiet = 0;
        for (;;)
        {
            if (quiet >= Patience)
            {
                Work.Reset();
                Volatile.Write(ref parked, 1);
                if (!Look()) Work.Wait();
                quiet = 0;
            }

            Thread.Sleep(Tick);
            quiet = Look() ? 0 : quiet + 1;
        }
    }

    private static bool Look()
    {
        var busy = false;
        foreach (var slot in Volatile.Read(ref slots)) busy |= slot.Check();
        return busy;
    }
}
