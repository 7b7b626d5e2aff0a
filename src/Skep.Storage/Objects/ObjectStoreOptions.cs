using Skep.Abstractions.Objects;

namespace Skep.Storage.Objects;

/// <summary>How the storage of Durable Objects is kept.</summary>
/// <param name="Folder">One file for each object lies in it.</param>
public sealed record ObjectStoreOptions(string Folder)
{
    /// <summary>Is told when objects' alarms are due; null: nobody wants to know.</summary>
    public IObjectAlarms? Alarms { get; init; }

    /// <summary>How many files are open at once; those of the longest unused objects are closed for others.</summary>
    public int OpenFiles { get; init; } = 1024;

    /// <summary>Threads that wait for the disk.</summary>
    public int SyncThreads { get; init; } = 8;

    /// <summary>What an object's file may grow to in bytes.</summary>
    public long MaxFileBytes { get; init; } = ObjectStorageLimits.DatabaseBytes;

    /// <summary>What the history of an object may take in bytes; the oldest goes first.</summary>
    public long HistoryBytes { get; init; } = ObjectStorageLimits.DatabaseBytes;

    /// <summary>How long to wait for the former host of an object to let go.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Hears of files that fail, with their paths.</summary>
    public Action<Exception>? OnFailure { get; init; }
}
