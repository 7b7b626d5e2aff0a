using System.Collections.Concurrent;

namespace Skep.Storage.Sqlite;

/// <summary>The threads that wait for the disk, so that those of the pool need not: file systems make one write of what is synced at the same
/// time. Started as they are needed.</summary>
/// <param name="name">What they are called.</param>
/// <param name="most">How many there may be.</param>
internal sealed class CommitThreads(string name, int most) : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly List<Thread> _threads = [];
    private int _busy;
    private int _started;

    /// <summary>Has one of them run it; it must not throw.</summary>
    public void Run(Action work)
    {
        if (Interlocked.Increment(ref _busy) > Volatile.Read(ref _started)) StartAnother();
        _work.Add(work);
    }

    /// <summary>Has one of them run it, and ends when it has.</summary>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
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
            var thread = new Thread(Loop) { IsBackground = true, Name = name };
            _threads.Add(thread);
            Volatile.Write(ref _started, _threads.Count);
            thread.Start();
        }
    }

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
            Interlocked.Decrement(ref _busy);
        }
    }
}
