using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Skep.Abstractions.Streams;

namespace Skep.Edge.Caching;

/// <summary>Reads a part of a cached body.</summary>
internal sealed class CachedBodyStream : ForwardOnlyStream
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly CacheFile? _file;
    private readonly SafeFileHandle? _handle;
    private readonly long _start;
    private readonly long _length;
    private byte[]? _block;
    private int _blockNumber = -1;
    private int _blockLength;
    private long _position;
    private int _closed;

    public CachedBodyStream(ReadOnlyMemory<byte> bytes) => (_bytes, _length) = (bytes, bytes.Length);

    public CachedBodyStream(CacheFile file, SafeFileHandle handle, long start, long length) =>
        (_file, _handle, _start, _length) = (file, handle, start, length);

    public override long Length => _length;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        if (buffer.Length > _length - _position) buffer = buffer[..(int)(_length - _position)];
        if (buffer.Length == 0) return 0;
        var part = _file is null ? _bytes.Span[(int)_position..] : Block(_start + _position);
        if (part.Length > buffer.Length) part = part[..buffer.Length];
        part.CopyTo(buffer);
        _position += part.Length;
        return part.Length;
    }

    // Memory, or a local file, block by block: a thread would cost more than the read.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        try
        {
            return ValueTask.FromResult(Read(buffer.Span));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            return ValueTask.FromException<int>(failure);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _handle?.Dispose();
            if (_block is not null) ArrayPool<byte>.Shared.Return(_block);
        }

        base.Dispose(disposing);
    }

    // What the block of a position holds from there on.
    private ReadOnlySpan<byte> Block(long position)
    {
        var number = (int)(position / CacheFile.BlockSize);
        if (number != _blockNumber)
        {
            _block ??= ArrayPool<byte>.Shared.Rent(CacheFile.BlockSize);
            _blockLength = _file!.ReadBlock(_handle!, number, _block);
            _blockNumber = number;
        }

        return _block.AsSpan(0, _blockLength)[(int)(position % CacheFile.BlockSize)..];
    }
}
