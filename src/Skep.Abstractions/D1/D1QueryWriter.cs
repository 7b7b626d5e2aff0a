using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Skep.Abstractions.D1;

/// <summary>Writes queries as bytes: how they are run, and each one's SQL with its parameters. <see cref="D1QueryReader"/> reads them.
/// SQL ends with a zero byte, so that SQLite compiles it where it lies.</summary>
public sealed class D1QueryWriter : IDisposable
{
    private const int LengthOfLengths = sizeof(int);
    private const int LengthAt = 2;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256);
    private int _length;

    /// <param name="shape">What the results look like.</param>
    /// <param name="flags">How the queries are run.</param>
    public D1QueryWriter(D1Shape shape, D1Flags flags = D1Flags.None)
    {
        _buffer[0] = (byte)shape;
        _buffer[1] = (byte)flags;
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(LengthAt), 0);
        _length = LengthAt + LengthOfLengths;
    }

    /// <summary>What was written; valid until more is.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Begins a query; exactly so many parameters follow.</summary>
    public void Query(string sql, int parameters)
    {
        var most = Encoding.UTF8.GetMaxByteCount(sql.Length);
        EndQuery(Encoding.UTF8.GetBytes(sql, Begin(most)), parameters);
    }

    /// <summary>Room for the SQL of a query, which <see cref="EndQuery"/> ends.</summary>
    public Span<byte> Begin(int most)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(LengthAt));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(LengthAt), count + 1);
        return Reserve((2 * LengthOfLengths) + most + 1).Slice(LengthOfLengths, most);
    }

    /// <summary>The SQL of the query has so many bytes; exactly so many parameters follow.</summary>
    public void EndQuery(int length, int parameters)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), length);
        _length += LengthOfLengths + length;
        _buffer[_length++] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), parameters);
        _length += LengthOfLengths;
    }

    /// <summary>A parameter that is NULL.</summary>
    public void Null()
    {
        Reserve(1)[0] = (byte)D1ValueKind.Null;
        _length++;
    }

    /// <summary>A parameter that is a number; what SQL has no number for is NULL.</summary>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Null();
            return;
        }

        var room = Reserve(1 + sizeof(double));
        room[0] = (byte)D1ValueKind.Number;
        BinaryPrimitives.WriteDoubleLittleEndian(room[1..], value);
        _length += 1 + sizeof(double);
    }

    /// <summary>A parameter that is text.</summary>
    public void Text(string text) => EndText(Encoding.UTF8.GetBytes(text, BeginText(Encoding.UTF8.GetMaxByteCount(text.Length))));

    /// <summary>Room for text as UTF-8, which <see cref="EndText"/> ends.</summary>
    public Span<byte> BeginText(int most) => BeginBytes(D1ValueKind.Text, most);

    /// <summary>The text has so many bytes.</summary>
    public void EndText(int length) => EndBytes(length);

    /// <summary>A parameter that is bytes.</summary>
    public void Blob(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(BeginBytes(D1ValueKind.Blob, bytes.Length));
        EndBytes(bytes.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private Span<byte> BeginBytes(D1ValueKind kind, int most)
    {
        var room = Reserve(1 + LengthOfLengths + most);
        room[0] = (byte)kind;
        return room.Slice(1 + LengthOfLengths, most);
    }

    private void EndBytes(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length + 1), length);
        _length += 1 + LengthOfLengths + length;
    }

    private Span<byte> Reserve(int room)
    {
        if (_buffer.Length - _length < room)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + room), _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }
}
