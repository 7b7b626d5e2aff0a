using System.Collections.Concurrent;

namespace Skep.Storage.Objects;

/// <summary>Threads that wait for the disk: so many objects' logs are synced at the same time, and file systems make one write of them.
/// Started as they are needed.</summary>
internal sealed class SyncThreads(int most) : IDisposable
{
    private readonly BlockingCollection<ISyncWork> _work = [];
    private readonly List<Thread> _threads = [];
    private int _busy;
    private int _started;

    /// <summary>Has one of them run it.</summary>
    public void Run(ISyncWork work)
    {
        if (Interlocked.Increment(ref _busy) > Volatile.Read(ref _started)) StartAnother();
        _work.Add(work);
    }

    /// <summary>Does what is left, and ends.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        Thread[] threads;
        lock (_threads) threads = [.. _threads];
        foreach (var thread in threads) thread.Join();
        _work.Dispose();
    }

    private void StartAnother()
    {
        lock (_threads)
        {
            if (_threads.Count >= most) return;
            var thread = new Thread(Loop) { IsBackground = true, Name = "object sync" };
            _threads.Add(thread);
            Volatile.Write(ref _started, _threads.Count);
            thread.Start();
        }
    }

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work.Run();
            Interlocked.Decrement(ref _busy);
        }
    }
}

/// <summary>Work for <see cref="SyncThreads"/>.</summary>
internal interface ISyncWork
{
    /// <summary>Does it; must not throw.</summary>
    void Run();
}
