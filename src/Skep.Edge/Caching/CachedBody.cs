namespace Skep.Edge.Caching;

/// <summary>The bytes of a cached body: in memory, in a file, or in both.</summary>
internal sealed class CachedBody
{
    // One reference, so that it goes in one step under the readers' eyes.
    private Tuple<ReadOnlyMemory<byte>>? _bytes;
    private CacheFile? _file;

    public CachedBody(ReadOnlyMemory<byte> bytes) => (_bytes, Length) = (Tuple.Create(bytes), bytes.Length);

    public CachedBody(CacheFile file) => (_file, Length) = (file, file.Length);

    public long Length { get; }

    /// <summary>The bytes, when they are in memory.</summary>
    public ReadOnlyMemory<byte>? Bytes => _bytes?.Item1;

    /// <summary>The file, when there is one.</summary>
    public CacheFile? File => _file;

    public bool IsOnDisk => _file is not null;

    public long MemoryBytes => _bytes?.Item1.Length ?? 0;

    public long DiskBytes => _file?.Length ?? 0;

    /// <summary>A stream over a part of the body, or null when the body was let go meanwhile.</summary>
    public Stream? TryOpen(long start, long length)
    {
        if (_bytes is { } bytes) return new CachedBodyStream(bytes.Item1.Slice((int)start, (int)length));
        return _file?.TryOpen() is { } handle ? new CachedBodyStream(_file, handle, start, length) : null;
    }

    /// <summary>It is in a file now too. Under the index's gate, as are the next two.</summary>
    public void AddFile(CacheFile file) => _file = file;

    /// <summary>Gives the memory back; false when there is no file to read from instead.</summary>
    public bool TryLeaveMemory()
    {
        if (_file is null || _bytes is null) return false;
        _bytes = null;
        return true;
    }

    /// <summary>It is not in the cache any more. Those who read it go on.</summary>
    public void Discard() => _file?.Discard();
}
