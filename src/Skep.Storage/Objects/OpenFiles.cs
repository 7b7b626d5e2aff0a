using System.Collections.Concurrent;
using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.History;

namespace Skep.Storage.Objects;

/// <summary>The files of objects that are open in this process. However many objects live, no more than a number of files is open.</summary>
internal sealed class OpenFiles(ObjectStoreOptions options, CommitThreads threads, TimeProvider time)
{
    private readonly ConcurrentDictionary<ObjectStorage, byte> _open = new();
    private int _trimming;

    public ObjectStoreOptions Options => options;

    public CommitThreads Threads => threads;

    public TimeProvider Time => time;

    public HistoryOptions History { get; } = new(ObjectStorageLimits.HistoryAge, options.HistoryBytes, options.OnFailure);

    /// <summary>How many files are open.</summary>
    public int Count => _open.Keys.Count(storage => storage.IsOpen);

    public void Opened(ObjectStorage storage)
    {
        _open[storage] = 0;
        if (_open.Count > options.OpenFiles && Interlocked.Exchange(ref _trimming, 1) == 0) threads.Run(Trim);
    }

    public void Closed(ObjectStorage storage) => _open.TryRemove(storage, out _);

    /// <summary>Closes what has been unused longest.</summary>
    private void Trim()
    {
        var surplus = _open.Count - (options.OpenFiles * 9 / 10);
        foreach (var storage in _open.Keys.OrderBy(storage => storage.LastUsed))
        {
            if (surplus <= 0) break;
            if (!storage.TrySuspend()) continue;
            _open.TryRemove(storage, out _);
            surplus--;
        }

        Volatile.Write(ref _trimming, 0);
    }

    /// <summary>All that is open.</summary>
    public IReadOnlyList<ObjectStorage> All() => [.. _open.Keys];
}
