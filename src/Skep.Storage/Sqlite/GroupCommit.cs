using System.Collections.Concurrent;
using Skep.Storage.Files;

namespace Skep.Storage.Sqlite;

/// <summary>The changes of a file in their order: those that wait at the same time share one transaction, and its wait for the disk.</summary>
internal sealed class GroupCommit<TCommit>
    where TCommit : PendingCommit
{
    private const int CommitsAtOnce = 4096;
    private const long BytesAtOnce = 32L << 20;

    private readonly DiskThreads _threads;
    private readonly Action<IReadOnlyList<TCommit>> _apply;
    private readonly Action _commitWaiting;
    private readonly ConcurrentQueue<TCommit> _waiting = new();
    private readonly List<TCommit> _batch = [];
    private int _scheduled;

    /// <param name="threads">Run the transactions, one at a time.</param>
    /// <param name="apply">Does changes in one transaction: all of them, or none when it throws.</param>
    public GroupCommit(DiskThreads threads, Action<IReadOnlyList<TCommit>> apply)
    {
        (_threads, _apply) = (threads, apply);
        _commitWaiting = CommitWaiting;
    }

    /// <summary>Puts a change in line; its task ends when it is on the disk, or is not done.</summary>
    public void Enqueue(TCommit commit)
    {
        _waiting.Enqueue(commit);
        Schedule();
    }

    private void CommitWaiting()
    {
        _batch.Clear();
        long bytes = 0;
        while (_batch.Count < CommitsAtOnce && bytes < BytesAtOnce && _waiting.TryDequeue(out var commit))
        {
            _batch.Add(commit);
            bytes += commit.Bytes;
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
            _apply(batch);
        }
        catch (Exception failure)
        {
            if (batch.Count == 1)
            {
                batch[0].SetException(failure);
                return;
            }

            // Which of them the file has no room for, or cannot take, only trying tells.
            foreach (var each in batch) Commit([each]);
            return;
        }

        foreach (var each in batch) each.SetResult();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0) _threads.Run(_commitWaiting);
    }
}
