using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Skep.Edge.Postgres;

/// <summary>Collects messages and sends them together.</summary>
internal sealed class MessageWriter(Stream stream) : IDisposable
{
    private const int Capacity = 16 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _length;
    private int _begun;

    /// <summary>Begins a message; its length is written by <see cref="End"/>.</summary>
    /// <param name="type">0 for a message without a type.</param>
    public MessageWriter Begin(byte type)
    {
        if (type != 0) Reserve(1)[0] = type;
        _begun = _length;
        Reserve(sizeof(int));
        return this;
    }

    public MessageWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Reserve(sizeof(int)), value);
        return this;
    }

    public MessageWriter Byte(byte value)
    {
        Reserve(1)[0] = value;
        return this;
    }

    public MessageWriter Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        return this;
    }

    /// <summary>Text with the zero that ends it.</summary>
    public MessageWriter Text(string value)
    {
        Encoding.UTF8.GetBytes(value, Reserve(Encoding.UTF8.GetByteCount(value)));
        return Byte(0);
    }

    public void End() => BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_begun), _length - _begun);

    /// <summary>The head of a message whose contents follow.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="length">Bytes of its contents.</param>
    public void Head(byte type, int length) => Byte(type).Int32(length + sizeof(int));

    /// <summary>Bytes that are sent at once when they are many.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (_length + bytes.Length > Capacity) await FlushAsync(cancellation).ConfigureAwait(false);
        if (bytes.Length > Capacity) await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        else Bytes(bytes.Span);
    }

    public async ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        if (_length == 0) return;
        var length = _length;
        _length = 0;
        await stream.WriteAsync(_buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var reserved = _buffer.AsSpan(_length, count);
        _length += count;
        return reserved;
    }
}
