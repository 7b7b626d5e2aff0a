using Skep.Abstractions.Streams;

namespace Skep.Supervision.Messages;

/// <summary>Reads several pieces of memory one after the other.</summary>
internal class MemoryChainStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces) : ForwardOnlyStream
{
    private int _piece;
    private int _read;

    public override int Read(Span<byte> buffer)
    {
        while (_piece < pieces.Count && _read == pieces[_piece].Length)
        {
            _piece++;
            _read = 0;
        }

        if (_piece == pieces.Count) return 0;
        var count = Math.Min(buffer.Length, pieces[_piece].Length - _read);
        pieces[_piece].Span.Slice(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
}
