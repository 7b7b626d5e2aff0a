using System.Buffers;
using System.Buffers.Binary;

namespace Skep.Edge.Postgres;

/// <summary>Reads messages: a type, a length, and as much of the contents as is asked for; long ones are passed on without being held.</summary>
internal sealed class MessageReader(Stream stream) : IDisposable
{
    private const int Head = 5;
    private const int UsualBuffer = 16 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBuffer);
    private int _start;
    private int _end;
    private int _left;

    /// <summary>The current message's type.</summary>
    public byte Type { get; private set; }

    /// <summary>Bytes of its contents.</summary>
    public int Length { get; private set; }

    private int Buffered => _end - _start;

    /// <summary>True when reading the next message may have to wait: whoever has collected something should send it before.</summary>
    public bool MustWait => Buffered < Head || Buffered - 1 < BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + 1));

    /// <summary>Goes to the next message; false when there is none any more.</summary>
    /// <exception cref="IOException">The connection ended within a message, or something else is spoken.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation = default)
    {
        await SkipAsync(cancellation).ConfigureAwait(false);
        if (Buffered < Head && !await FillAsync(Head, mayEnd: true, cancellation).ConfigureAwait(false)) return false;
        Type = _buffer[_start];
        SetLength(BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + 1)));
        _start += Head;
        return true;
    }

    /// <summary>The first message of a client, which has no type; false when there is none.</summary>
    public async ValueTask<bool> FirstAsync(CancellationToken cancellation = default)
    {
        await SkipAsync(cancellation).ConfigureAwait(false);
        if (Buffered < sizeof(int) && !await FillAsync(sizeof(int), mayEnd: true, cancellation).ConfigureAwait(false)) return false;
        Type = 0;
        SetLength(BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start)));
        _start += sizeof(int);
        return true;
    }

    /// <summary>The first bytes of what is left of the contents: all that is there when it is no more than <paramref name="most"/>.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int most, CancellationToken cancellation = default)
    {
        var wanted = Math.Min(_left, most);
        if (Buffered < wanted) await FillAsync(wanted, mayEnd: false, cancellation).ConfigureAwait(false);
        return _buffer.AsMemory(_start, wanted);
    }

    /// <summary>The same, of a message that must have something in it.</summary>
    /// <exception cref="IOException">Less than <paramref name="least"/> bytes are left of it.</exception>
    public ValueTask<ReadOnlyMemory<byte>> PeekAsync(int most, int least, CancellationToken cancellation = default) => _left >= least
        ? PeekAsync(most, cancellation)
        : throw new IOException($"A message of type '{(char)Type}' has at least {least} bytes in PostgreSQL's protocol; this one has {_left}.");

    /// <summary>Takes bytes that were looked at.</summary>
    public void Take(int count)
    {
        _start += count;
        _left -= count;
    }

    /// <summary>One byte that is no message.</summary>
    public async ValueTask<byte> ByteAsync(CancellationToken cancellation)
    {
        if (Buffered == 0) await FillAsync(1, mayEnd: false, cancellation).ConfigureAwait(false);
        return _buffer[_start++];
    }

    /// <summary>Passes what is left of the contents on.</summary>
    public async ValueTask CopyAsync(MessageWriter to, CancellationToken cancellation = default)
    {
        while (_left > 0)
        {
            if (Buffered == 0) await FillAsync(1, mayEnd: false, cancellation).ConfigureAwait(false);
            var count = Math.Min(_left, Buffered);
            await to.WriteAsync(_buffer.AsMemory(_start, count), cancellation).ConfigureAwait(false);
            Take(count);
        }
    }

    /// <summary>Leaves what is left of the contents.</summary>
    public async ValueTask SkipAsync(CancellationToken cancellation = default)
    {
        while (_left > 0)
        {
            if (Buffered == 0) await FillAsync(1, mayEnd: false, cancellation).ConfigureAwait(false);
            Take(Math.Min(_left, Buffered));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void SetLength(int length)
    {
        if (length < sizeof(int)) throw new IOException($"A message of PostgreSQL's protocol cannot have the length {length}.");
        Length = _left = length - sizeof(int);
    }

    private async ValueTask<bool> FillAsync(int wanted, bool mayEnd, CancellationToken cancellation)
    {
        if (Buffered == 0) _start = _end = 0;
        if (_buffer.Length - _start < wanted) MakeRoom(wanted);
        while (Buffered < wanted)
        {
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (count == 0) return mayEnd && Buffered == 0 ? false : throw new EndOfStreamException("The connection ended within a message.");
            _end += count;
        }

        return true;
    }

    private void MakeRoom(int wanted)
    {
        if (_buffer.Length < wanted)
        {
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            _buffer.AsSpan(_start, Buffered).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, Buffered).CopyTo(_buffer);
        }

        _end -= _start;
        _start = 0;
    }
}
