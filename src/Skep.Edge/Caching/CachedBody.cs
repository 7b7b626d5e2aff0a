using Microsoft.Win32.SafeHandles;

namespace Skep.Edge.Caching;

/// <summary>The bytes of a cached body: in memory, or in a file that has no name any more, so that the system frees it whatever
/// becomes of this process. Readers keep it alive when it is evicted.</summary>
internal sealed class CachedBody
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly SafeFileHandle? _file;
    private int _users = 1;

    public CachedBody(ReadOnlyMemory<byte> bytes) => (_bytes, Length) = (bytes, bytes.Length);

    public CachedBody(SafeFileHandle file, long length) => (_file, Length) = (file, length);

    public long Length { get; }

    public bool IsOnDisk => _file is not null;

    /// <summary>A stream over a part of the body, or null when the body was let go meanwhile.</summary>
    public Stream? TryOpen(long start, long length)
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return new CachedBodyStream(this, start, length);
            users = seen;
        }

        return null;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0) _file?.Dispose();
    }

    public int Read(long position, Span<byte> buffer)
    {
        if (_file is not null) return RandomAccess.Read(_file, buffer, position);
        var part = _bytes.Span[(int)position..];
        if (part.Length > buffer.Length) part = part[..buffer.Length];
        part.CopyTo(buffer);
        return part.Length;
    }
}
