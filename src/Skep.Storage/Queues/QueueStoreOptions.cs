using Skep.Abstractions.Queues;

namespace Skep.Storage.Queues;

/// <summary>How queues are kept.</summary>
/// <param name="Folder">One file for each queue lies in it.</param>
public sealed record QueueStoreOptions(string Folder)
{
    /// <summary>A queue that is named and does not exist is made.</summary>
    public bool CreateMissing { get; init; }

    /// <summary>How many files are open at once; the longest unused is closed for another.</summary>
    public int OpenQueues { get; init; } = 128;

    /// <summary>Threads that write: so many queues wait for the disk at the same time.</summary>
    public int Writers { get; init; } = 4;

    /// <summary>What a queue's file may grow to in bytes; null for as much as the disk has.</summary>
    public long? MaxFileBytes { get; init; }

    /// <summary>Bytes of the messages that a queue may hold.</summary>
    public long MaxBacklogBytes { get; init; } = QueueRules.MaxBacklogBytes;

    /// <summary>How often messages that are too old are removed.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Hears of files that fail, with their paths.</summary>
    public Action<Exception>? OnFailure { get; init; }
}
