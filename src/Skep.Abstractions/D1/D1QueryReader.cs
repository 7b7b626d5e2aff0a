using System.Buffers.Binary;

namespace Skep.Abstractions.D1;

/// <summary>Reads what <see cref="D1QueryWriter"/> wrote, without copying any of it. What is malformed is refused: it may come from a process
/// that is not trusted.</summary>
public ref struct D1QueryReader
{
    private readonly ReadOnlySpan<byte> _queries;
    private int _at;

    /// <param name="queries">What was written.</param>
    /// <exception cref="D1Exception">It is malformed.</exception>
    public D1QueryReader(ReadOnlySpan<byte> queries)
    {
        _queries = queries;
        Shape = (D1Shape)Take(1)[0];
        Flags = (D1Flags)Take(1)[0];
        Queries = Length();
        if (Shape > D1Shape.Count) throw Malformed();
    }

    /// <summary>What the results look like.</summary>
    public D1Shape Shape { get; }

    /// <summary>How the queries are run.</summary>
    public D1Flags Flags { get; }

    /// <summary>How many queries there are.</summary>
    public int Queries { get; }

    /// <summary>Goes to the next query: its SQL, with a zero byte at the end.</summary>
    public ReadOnlySpan<byte> Sql()
    {
        var length = Length();
        if (length == int.MaxValue) throw Malformed();
        var sql = Take(length + 1);
        return sql[^1] == 0 ? sql : throw Malformed();
    }

    /// <summary>How many parameters follow.</summary>
    public int Parameters() => Length();

    /// <summary>The next parameter.</summary>
    public D1Value Value()
    {
        switch ((D1ValueKind)Take(1)[0])
        {
            case D1ValueKind.Null:
                return default;
            case D1ValueKind.Number:
                return new D1Value(D1ValueKind.Number, BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double))), default);
            case D1ValueKind.Text:
                return new D1Value(D1ValueKind.Text, 0, Take(Length()));
            case D1ValueKind.Blob:
                return new D1Value(D1ValueKind.Blob, 0, Take(Length()));
            default:
                throw Malformed();
        }
    }

    private int Length() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))) is >= 0 and var length ? length : throw Malformed();

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _queries.Length - _at) throw Malformed();
        var taken = _queries.Slice(_at, length);
        _at += length;
        return taken;
    }

    private static D1Exception Malformed() => new(400, "The queries are malformed.");
}

/// <summary>What a parameter is.</summary>
public enum D1ValueKind : byte
{
    /// <summary>NULL.</summary>
    Null,

    /// <summary>A double, as all numbers of JavaScript.</summary>
    Number,

    /// <summary>UTF-8.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}

/// <summary>A parameter.</summary>
/// <param name="kind">What it is.</param>
/// <param name="number">A number.</param>
/// <param name="bytes">Text or bytes, where they lie in the queries.</param>
public readonly ref struct D1Value(D1ValueKind kind, double number, ReadOnlySpan<byte> bytes)
{
    /// <summary>What it is.</summary>
    public D1ValueKind Kind { get; } = kind;

    /// <summary>A number.</summary>
    public double Number { get; } = number;

    /// <summary>Text or bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}
