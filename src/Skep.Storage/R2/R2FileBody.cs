using Microsoft.Win32.SafeHandles;
using Skep.Abstractions.Streams;

namespace Skep.Storage.R2;

/// <summary>A part of a file; the file is closed with its last byte.</summary>
internal sealed class R2FileBody(SafeFileHandle file, long offset, long length) : ForwardOnlyStream
{
    private long _offset = offset;
    private long _left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 || buffer.IsEmpty) return 0;
        var wanted = buffer[..(int)Math.Min(buffer.Length, _left)];
        var read = await RandomAccess.ReadAsync(file, wanted, _offset, cancellationToken).ConfigureAwait(false);
        if (read == 0) throw new EndOfStreamException("A file of a bucket is shorter than it was when it was stored.");
        _offset += read;
        _left -= read;
        if (_left == 0) file.Dispose();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
