namespace Skep.Edge.Caching;

/// <summary>How much the cache may keep. Sizes are in bytes.</summary>
public sealed record CacheOptions
{
    /// <summary>Bodies and headers in memory.</summary>
    public long MemoryBytes { get; init; } = 64 << 20;

    /// <summary>Bodies on disk.</summary>
    public long DiskBytes { get; init; } = 1L << 30;

    /// <summary>Longer bodies go to disk.</summary>
    public int LongestInMemory { get; init; } = 256 << 10;

    /// <summary>Longer bodies are not kept; Cloudflare's limit (https://developers.cloudflare.com/workers/platform/limits/#cache-api-limits).</summary>
    public long LongestBody { get; init; } = 512L << 20;

    /// <summary>Bodies on disk without <see cref="IsPersistent"/>: each holds a file descriptor.</summary>
    public int FilesOnDisk { get; init; } = 256;

    /// <summary>Where bodies on disk are.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>Keeps everything in files of <see cref="Folder"/>, so that it is there after a restart. Otherwise only long bodies are on
    /// disk, in files without a name.</summary>
    public bool IsPersistent { get; init; }
}
