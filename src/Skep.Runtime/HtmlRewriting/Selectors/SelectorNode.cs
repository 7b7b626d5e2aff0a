namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>A compound selector in the automaton of all selectors of a rewriter: what it asks, and what becomes possible inside an
/// element that it matches.</summary>
internal sealed class SelectorNode
{
    public required NameTest[] Names { get; init; }

    public required AttributeTest[] Attributes { get; init; }

    /// <summary>What may match children of the element.</summary>
    public SelectorNode[] Children { get; set; } = [];

    /// <summary>What may match anything inside it.</summary>
    public SelectorNode[] Descendants { get; set; } = [];

    /// <summary>The selectors that end here, by number.</summary>
    public List<int> Matches { get; } = [];

    public bool NamesHold(ulong packed, ReadOnlySpan<byte> name, int index, int indexOfType)
    {
        foreach (ref readonly var test in Names.AsSpan())
        {
            if (!test.Holds(packed, name, index, indexOfType)) return false;
        }

        return true;
    }

    public bool AttributesHold(ReadOnlySpan<AttributeRange> attributes, ReadOnlySpan<byte> input, MarkupNamespace ns)
    {
        foreach (var test in Attributes)
        {
            if (!test.Holds(attributes, input, ns)) return false;
        }

        return true;
    }
}
