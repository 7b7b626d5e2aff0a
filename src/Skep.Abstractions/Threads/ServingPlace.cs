namespace Skep.Abstractions.Threads;

/// <summary>A place where one thread at a time serves many connections in turns. When one of its turns takes long, another thread takes
/// over the place; the first is a guest then wherever it is, like any thread that has no place.</summary>
public abstract class ServingPlace
{
    private static int places;

    [ThreadStatic]
    private static ServingPlace? current;

    /// <summary>Where the calling thread serves, or served until it was overtaken in the turn it is in; null for one that has no place.</summary>
    public static ServingPlace? Current => current;

    /// <summary>True when the calling thread has no connections to go back to: nobody waits for it.</summary>
    public static bool IsGuest => current is not { IsServedByCaller: true };

    /// <summary>Tells it from the process's other places; from 1.</summary>
    public int Number { get; } = Interlocked.Increment(ref places);

    /// <summary>Whether the calling thread, which has served here, does so still.</summary>
    protected abstract bool IsServedByCaller { get; }

    /// <summary>Has the thread that serves here do the work as soon as it has ended its turn. Any thread may bring it.</summary>
    public abstract void Bring(IThreadPoolWorkItem work);

    /// <summary>The calling thread begins to serve here.</summary>
    protected void Enter() => current = this;

    /// <summary>The calling thread has found out that it serves here no more.</summary>
    protected static void Leave() => current = null;
}
