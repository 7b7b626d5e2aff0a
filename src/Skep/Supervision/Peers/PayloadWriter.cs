using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Skep.Supervision.Peers;

/// <summary>Writes a frame's payload: numbers, texts, bytes, one after the other, in the order in which <see cref="PayloadReader"/> reads them.</summary>
internal sealed class PayloadWriter : IDisposable
{
    private const int MostKept = 256 << 10;

    [ThreadStatic]
    private static PayloadWriter? _spare;

    private ArrayBufferWriter<byte> _buffer = new(1024);

    private PayloadWriter()
    {
    }

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>An empty one; disposing of it gives it back.</summary>
    public static PayloadWriter Rent()
    {
        var rented = _spare ?? new PayloadWriter();
        _spare = null;
        return rented;
    }

    public PayloadWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public PayloadWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public PayloadWriter Number(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
        return this;
    }

    public PayloadWriter Number(uint value) => Number((int)value);

    public PayloadWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
        return this;
    }

    public PayloadWriter Long(long? value) => Long(value ?? -1);

    public PayloadWriter Text(string? value)
    {
        if (value is null) return Number(-1);
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var span = _buffer.GetSpan(sizeof(int) + most);
        var count = Encoding.UTF8.GetBytes(value, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, count);
        _buffer.Advance(sizeof(int) + count);
        return this;
    }

    public PayloadWriter Texts(IReadOnlyList<string> values)
    {
        Number(values.Count);
        for (var i = 0; i < values.Count; i++) Text(values[i]);
        return this;
    }

    public PayloadWriter Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        _buffer.Write(value);
        return this;
    }

    public void Dispose()
    {
        if (_buffer.Capacity > MostKept) _buffer = new ArrayBufferWriter<byte>(1024);
        _buffer.ResetWrittenCount();
        _spare = this;
    }
}
