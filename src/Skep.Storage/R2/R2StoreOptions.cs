namespace Skep.Storage.R2;

/// <summary>How R2 buckets are kept.</summary>
/// <param name="Folder">One folder for each bucket lies in it.</param>
public sealed record R2StoreOptions(string Folder)
{
    /// <summary>A bucket that is asked for and does not exist is made.</summary>
    public bool CreateMissing { get; init; }

    /// <summary>How many buckets are open at once; the longest unused is closed for another.</summary>
    public int OpenBuckets { get; init; } = 128;

    /// <summary>Connections that read a bucket's database at the same time.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Threads that wait for the disk.</summary>
    public int Writers { get; init; } = 4;

    /// <summary>Content up to so many bytes lies in the database: it shares the wait for the disk with other writes.</summary>
    public int InlineBytes { get; init; } = 32 << 10;

    /// <summary>What the objects of a bucket may have together in bytes; null for as much as the disk has.</summary>
    public long? MaxBucketBytes { get; init; }

    /// <summary>Hears of files that fail, with their paths.</summary>
    public Action<Exception>? OnFailure { get; init; }
}
