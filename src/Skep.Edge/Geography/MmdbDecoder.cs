using System.Buffers.Binary;
using System.Text;

namespace Skep.Edge.Geography;

/// <summary>Reads a value of a MaxMind DB's data section: strings, numbers (ulong, int, double), booleans, arrays as lists and maps as
/// dictionaries. A value that is too deep or too large is broken: a record about an address is neither.</summary>
/// <param name="bytes">The file.</param>
/// <param name="start">Where the section begins; pointers count from there.</param>
internal ref struct MmdbDecoder(ReadOnlySpan<byte> bytes, int start)
{
    private const int Deepest = 16;
    private const int MostValues = 4096;
    private const int LongestString = 64 << 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;
    private int _values;

    private enum Kind
    {
        Extended = 0,
        Pointer = 1,
        String = 2,
        Double = 3,
        Bytes = 4,
        UInt16 = 5,
        UInt32 = 6,
        Map = 7,
        Int32 = 8,
        UInt64 = 9,
        UInt128 = 10,
        Array = 11,
        Boolean = 14,
        Float = 15,
    }

    /// <summary>The value that begins there.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public object Read(int offset)
    {
        _at = offset;
        return Read(0, mayPoint: true);
    }

    private object Read(int depth, bool mayPoint)
    {
        if (depth > Deepest || ++_values > MostValues)
            throw new InvalidDataException("a record is too deep or too large");
        byte control = Take(1)[0];
        var kind = (Kind)(control >> 5);
        if (kind == Kind.Pointer)
            return mayPoint ? Follow(control, depth) : throw new InvalidDataException("a pointer points to a pointer");
        if (kind == Kind.Extended)
            kind = (Kind)(Take(1)[0] + 7);
        int size = Size(control & 0x1f);
        return kind switch
        {
            Kind.String => Text(size),
            Kind.Double => size == 8 ? BinaryPrimitives.ReadDoubleBigEndian(Take(8)) : throw BadSize(),
            Kind.Float => size == 4 ? (double)BinaryPrimitives.ReadSingleBigEndian(Take(4)) : throw BadSize(),
            Kind.UInt16 or Kind.UInt32 or Kind.UInt64 => size <= 8 ? Unsigned(size) : throw BadSize(),
            Kind.Int32 => size <= 4 ? (int)(uint)Unsigned(size) : throw BadSize(),
            Kind.Boolean => size <= 1 ? size == 1 : throw BadSize(),
            Kind.Map => Map(size, depth),
            Kind.Array => List(size, depth),
            Kind.Bytes or Kind.UInt128 => Take(size).ToArray(),
            _ => throw new InvalidDataException($"a value is of the unknown kind {(int)kind}"),
        };
    }

    private object Follow(byte control, int depth)
    {
        int length = ((control >> 3) & 3) + 1;
        uint low = (uint)Unsigned(length);
        uint high = (uint)(control & 7);
        uint target = length switch
        {
            1 => (high << 8) | low,
            2 => ((high << 16) | low) + 2048,
            3 => ((high << 24) | low) + 526336,
            _ => low,
        };
        int back = _at;
        if (target >= (uint)(_bytes.Length - start))
            throw new InvalidDataException("a pointer points outside of the data");
        _at = start + (int)target;
        object value = Read(depth, mayPoint: false);
        _at = back;
        return value;
    }

    private Dictionary<string, object> Map(int size, int depth)
    {
        var map = new Dictionary<string, object>(Math.Min(size, 32), StringComparer.Ordinal);
        for (int i = 0; i < size; i++)
        {
            if (Read(depth + 1, mayPoint: true) is not string key)
                throw new InvalidDataException("a key of a map is no string");
            map[key] = Read(depth + 1, mayPoint: true);
        }

        return map;
    }

    private List<object> List(int size, int depth)
    {
        var list = new List<object>(Math.Min(size, 32));
        for (int i = 0; i < size; i++)
            list.Add(Read(depth + 1, mayPoint: true));
        return list;
    }

    private int Size(int first) => first switch
    {
        29 => 29 + (int)Unsigned(1),
        30 => 285 + (int)Unsigned(2),
        31 => 65821 + (int)Unsigned(3),
        _ => first,
    };

    private string Text(int size)
    {
        if (size > LongestString)
            throw new InvalidDataException("a text is too long");
        return Encoding.UTF8.GetString(Take(size));
    }

    private ulong Unsigned(int size)
    {
        ulong value = 0;
        foreach (byte b in Take(size))
            value = (value << 8) | b;
        return value;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
            throw new InvalidDataException("a value goes on behind the end of the file");
        ReadOnlySpan<byte> taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }

    private static InvalidDataException BadSize() => new("a number has a wrong size");
}
