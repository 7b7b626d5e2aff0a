using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skep.Edge.Caching;

/// <summary>A body on disk, with a checksum for each of its blocks. One that is to outlive the process has a name; any other has lost its
/// own, so that the system frees it whatever becomes of this process.</summary>
internal sealed partial class CacheFile
{
    /// <summary>Bytes that a checksum is for.</summary>
    public const int BlockSize = 64 << 10;

    private const int DuplicateCloseOnExec = 1030;

    private readonly Lock _gate = new();
    private string? _path;
    private readonly SafeFileHandle? _nameless;
    private readonly uint[] _checksums;
    private bool _discarded;

    /// <param name="path">Its name; null for a nameless one.</param>
    /// <param name="nameless">The open file when it has no name.</param>
    /// <param name="length">The bytes of the body.</param>
    /// <param name="checksums">One for each block.</param>
    public CacheFile(string? path, SafeFileHandle? nameless, long length, uint[] checksums) =>
        (_path, _nameless, Length, _checksums) = (path, nameless, length, checksums);

    public long Length { get; }

    public ReadOnlySpan<uint> Checksums => _checksums;

    /// <summary>The identity that its name is made of; null when it has none.</summary>
    public Guid? Id => _path is null ? null : Guid.ParseExact(Path.GetFileNameWithoutExtension(_path), "N");

    /// <summary>The file, open for one reader; null when it is gone.</summary>
    public SafeFileHandle? TryOpen()
    {
        lock (_gate)
        {
            if (_discarded) return null;
            if (_nameless is not null)
            {
                var copy = fcntl((int)_nameless.DangerousGetHandle(), DuplicateCloseOnExec, 0);
                return copy < 0 ? null : new SafeFileHandle(copy, ownsHandle: true);
            }

            try
            {
                return File.OpenHandle(_path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Writes what follows the body and gives it its name; false when it has none and needs none, or is gone.</summary>
    public bool TryFinish(Action<SafeFileHandle> write, string name)
    {
        lock (_gate)
        {
            if (_discarded || _path is null) return false;
            using (var handle = File.OpenHandle(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) write(handle);
            File.Move(_path, name);
            _path = name;
            return true;
        }
    }

    /// <summary>Deletes it.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            if (_discarded) return;
            _discarded = true;
            _nameless?.Dispose();
            if (_path is not null) File.Delete(_path);
        }
    }

    /// <summary>Reads a block and checks it.</summary>
    /// <exception cref="IOException">It is not what was written.</exception>
    public int ReadBlock(SafeFileHandle handle, int block, Span<byte> buffer)
    {
        var start = (long)block * BlockSize;
        var expected = buffer[..(int)Math.Min(BlockSize, Length - start)];
        for (var at = 0; at < expected.Length;)
        {
            var count = RandomAccess.Read(handle, expected[at..], start + at);
            if (count == 0) throw new IOException("A cached body ended too early.");
            at += count;
        }

        return Checksum.Of(expected) == _checksums[block] ? expected.Length : throw new IOException("A cached body was damaged on disk.");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, int argument);
}
