namespace Skep.Runtime.HtmlRewriting;

/// <summary>Where an attribute is in the buffer. Without a value all of the value is empty; <see cref="RawEnd"/> is after the closing
/// quote.</summary>
internal record struct AttributeRange(int NameStart, int NameEnd, int ValueStart, int ValueEnd, int RawEnd)
{
    public readonly ReadOnlySpan<byte> Name(ReadOnlySpan<byte> input) => input[NameStart..NameEnd];

    public readonly ReadOnlySpan<byte> Value(ReadOnlySpan<byte> input) => input[ValueStart..ValueEnd];

    public readonly ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> input) => input[NameStart..RawEnd];

    public readonly AttributeRange Moved(int by) => new(NameStart - by, NameEnd - by, ValueStart - by, ValueEnd - by, RawEnd - by);
}
