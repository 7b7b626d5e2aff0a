namespace Skep.Storage.D1;

/// <summary>How D1 databases are kept.</summary>
/// <param name="Folder">A folder for each database lies in it.</param>
public sealed record D1StoreOptions(string Folder)
{
    /// <summary>A database that is asked for and does not exist is made.</summary>
    public bool CreateMissing { get; init; }

    /// <summary>How many databases are open at once; the longest unused is closed for another.</summary>
    public int OpenDatabases { get; init; } = 128;

    /// <summary>Connections that read a database at the same time.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>Threads that run queries and wait for the disk, for all databases together.</summary>
    public int Threads { get; init; } = 64;

    /// <summary>How long the queries of one call may take.</summary>
    public TimeSpan QueryTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes the results of one call may have as JSON.</summary>
    public int MaxResultBytes { get; init; } = 32 << 20;

    /// <summary>What a database may grow to in bytes.</summary>
    public long MaxDatabaseBytes { get; init; } = 10_000_000_000;

    /// <summary>How many calls of one database may wait; more are refused.</summary>
    public int MaxWaiting { get; init; } = 4096;

    /// <summary>How long history is kept.</summary>
    public TimeSpan HistoryTime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How many bytes of history are kept of each database; the oldest go first.</summary>
    public long HistoryBytes { get; init; } = 10L << 30;

    /// <summary>How many pages of 4 KiB gather in the log before they become history.</summary>
    public int LogPages { get; init; } = 1000;

    /// <summary>Hears of files that fail, with their paths.</summary>
    public Action<Exception>? OnFailure { get; init; }
}
