namespace Skep.Storage.Kv;

/// <summary>How KV namespaces are kept.</summary>
/// <param name="Folder">One file for each namespace lies in it.</param>
public sealed record KvStoreOptions(string Folder)
{
    /// <summary>A namespace that is asked for and does not exist is made.</summary>
    public bool CreateMissing { get; init; }

    /// <summary>How many files are open at once; the longest unused is closed for another.</summary>
    public int OpenNamespaces { get; init; } = 128;

    /// <summary>Connections that read a namespace at the same time.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Threads that write: so many namespaces wait for the disk at the same time.</summary>
    public int Writers { get; init; } = 4;

    /// <summary>What a namespace's file may grow to in bytes; null for as much as the disk has.</summary>
    public long? MaxFileBytes { get; init; }

    /// <summary>How often pairs that have expired are removed.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Hears of files that fail, with their paths.</summary>
    public Action<Exception>? OnFailure { get; init; }
}
