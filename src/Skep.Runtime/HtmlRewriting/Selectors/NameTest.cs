namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>A condition that needs no attributes.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Negated">Asked the other way round, by <c>:not()</c>.</param>
/// <param name="Packed">The name (<see cref="TagName"/>).</param>
/// <param name="Name">The name as the document's bytes, where it cannot be packed.</param>
/// <param name="Pattern">The position among siblings.</param>
internal readonly record struct NameTest(NameTestKind Kind, bool Negated, ulong Packed = 0, byte[]? Name = null, NthPattern Pattern = default)
{
    public bool Holds(ulong packed, ReadOnlySpan<byte> name, int index, int indexOfType) => Negated != Kind switch
    {
        NameTestKind.Any => true,
        NameTestKind.Never => false,
        NameTestKind.Name => TagName.Same(Packed, Name, packed, name),
        NameTestKind.NthChild => Pattern.Has(index),
        _ => Pattern.Has(indexOfType),
    };
}

/// <summary>The kinds of <see cref="NameTest"/>.</summary>
internal enum NameTestKind
{
    Any,
    Never,
    Name,
    NthChild,
    NthOfType,
}
