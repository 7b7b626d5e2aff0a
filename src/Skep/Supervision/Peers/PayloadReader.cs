using System.Buffers.Binary;
using System.Text;

namespace Skep.Supervision.Peers;

/// <summary>Reads what a <see cref="PayloadWriter"/> wrote. Bytes are borrowed from the payload.</summary>
/// <exception cref="InvalidDataException">Any member: it is not that.</exception>
internal ref struct PayloadReader(ReadOnlyMemory<byte> payload)
{
    private ReadOnlyMemory<byte> _rest = payload;

    public byte Byte() => Take(1).Span[0];

    public bool Flag() => Byte() != 0;

    public int Number() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)).Span);

    public uint Id() => (uint)Number();

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);

    public long? OptionalLong() => Long() is var value and >= 0 ? value : null;

    public string? OptionalText() => Number() is var length and >= 0 ? Encoding.UTF8.GetString(Take(length).Span) : null;

    public string Text() => OptionalText() ?? throw new InvalidDataException("A text is missing in a frame.");

    public List<string> Texts()
    {
        var count = Count();
        List<string> texts = new(count);
        for (var i = 0; i < count; i++) texts.Add(Text());
        return texts;
    }

    public ReadOnlyMemory<byte> Bytes() => Take(Number());

    /// <summary>How many things follow, each of at least one byte.</summary>
    public int Count()
    {
        var count = Number();
        return count >= 0 && count <= _rest.Length ? count : throw new InvalidDataException($"A frame of {_rest.Length} bytes cannot hold {count} parts.");
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length < 0 || length > _rest.Length) throw new InvalidDataException($"A frame ends before its end: {length} bytes are asked for, {_rest.Length} are left.");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
