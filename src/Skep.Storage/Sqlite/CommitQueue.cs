using System.Collections.Concurrent;

namespace Skep.Storage.Sqlite;

/// <summary>The changes of a file that wait: what goes into one transaction shares its wait for the disk. One thread at a time.</summary>
/// <param name="threads">Who waits.</param>
/// <param name="commit">Does the changes in one transaction: all of them, or it throws and none is done.</param>
internal sealed class CommitQueue<TCommit>
    where TCommit : ICommit
{
    private const int CommitsAtOnce = 4096;
    private const long BytesAtOnce = 32L << 20;

    private readonly CommitThreads _threads;
    private readonly Action<IReadOnlyList<TCommit>> _commit;
    private readonly Action _commitWaiting;
    private readonly ConcurrentQueue<TCommit> _waiting = new();
    private readonly List<TCommit> _batch = [];
    private int _scheduled;

    public CommitQueue(CommitThreads threads, Action<IReadOnlyList<TCommit>> commit)
    {
        _threads = threads;
        _commit = commit;
        _commitWaiting = CommitWaiting;
    }

    /// <summary>Puts a change in line.</summary>
    public void Enqueue(TCommit change)
    {
        _waiting.Enqueue(change);
        Schedule();
    }

    private void CommitWaiting()
    {
        _batch.Clear();
        long bytes = 0;
        while (_batch.Count < CommitsAtOnce && bytes < BytesAtOnce && _waiting.TryDequeue(out var change))
        {
            _batch.Add(change);
            bytes += change.Bytes;
        }

        Commit(_batch);
        // A full fence: the queue must be looked at after the file can be scheduled again.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_waiting.IsEmpty) Schedule();
    }

    private void Commit(List<TCommit> batch)
    {
        try
        {
            _commit(batch);
        }
        catch (Exception failure)
        {
            if (batch.Count == 1)
            {
                batch[0].Fail(failure);
                return;
            }

            // Which of them the file has no room for, or cannot take, only trying tells.
            foreach (var each in batch) Commit([each]);
            return;
        }

        foreach (var each in batch) each.Succeed();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0) _threads.Run(_commitWaiting);
    }
}
