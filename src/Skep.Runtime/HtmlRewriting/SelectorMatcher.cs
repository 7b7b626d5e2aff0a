using Skep.Runtime.HtmlRewriting.Selectors;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Runs the selectors over the start tags of a document.</summary>
internal sealed class SelectorMatcher(SelectorProgram program)
{
    private readonly ulong[] matched = new ulong[(program.Count + 63) / 64];
    private readonly List<int> matches = [];
    private readonly List<SelectorNode[]> childNodes = [];
    private readonly List<SelectorNode[]> inherits = [];
    private int tests;

    public OpenElements Open { get; } = new(program.CountsTypes);

    /// <summary>Steps taken, for the account of the work.</summary>
    public int Work => tests + Open.Looked;

    /// <summary>The selectors that matched the last start tag, in their order.</summary>
    public List<int> Matches => matches;

    /// <summary>Whether some selector may match a start tag, going by its name.</summary>
    public bool MayMatch(MarkupTag tag, ReadOnlySpan<byte> name)
    {
        var (index, ofType) = Open.Count(tag.Packed, name, add: false);
        if (AnyNames(program.Roots, tag.Packed, name, index, ofType)) return true;
        foreach (var nodes in Open.Parent.ChildNodes)
        {
            if (AnyNames(nodes, tag.Packed, name, index, ofType)) return true;
        }

        foreach (var (nodes, _) in Open.Inherited)
        {
            if (AnyNames(nodes, tag.Packed, name, index, ofType)) return true;
        }

        return false;
    }

    /// <summary>Matches a start tag and opens its element, if it can have content.</summary>
    public OpenElements.Element? Start(MarkupTag tag, MarkupNamespace ns, ReadOnlySpan<byte> input, bool hasContent)
    {
        var name = tag.Name(input);
        var (index, ofType) = Open.Count(tag.Packed, name, add: true);
        matches.Clear();
        childNodes.Clear();
        inherits.Clear();
        if (!tag.Skipped)
        {
            Array.Clear(matched);
            Match(program.Roots, tag, ns, input, index, ofType);
            foreach (var nodes in Open.Parent.ChildNodes) Match(nodes, tag, ns, input, index, ofType);
            foreach (var (nodes, _) in Open.Inherited) Match(nodes, tag, ns, input, index, ofType);
            Collect();
        }

        if (!hasContent) return null;
        OpenElements.Element element = new()
        {
            Packed = tag.Packed,
            Name = tag.Packed == TagName.None ? name.ToArray() : [],
            Matches = matches.Count == 0 ? [] : [.. matches],
            ChildNodes = childNodes.Count == 0 ? [] : [.. childNodes],
            Inherits = inherits.Count == 0 ? [] : [.. inherits],
        };
        Open.Push(element);
        return element;
    }

    private bool AnyNames(SelectorNode[] nodes, ulong packed, ReadOnlySpan<byte> name, int index, int ofType)
    {
        tests += nodes.Length;
        foreach (var node in nodes)
        {
            if (node.NamesHold(packed, name, index, ofType)) return true;
        }

        return false;
    }

    private void Match(SelectorNode[] nodes, MarkupTag tag, MarkupNamespace ns, ReadOnlySpan<byte> input, int index, int ofType)
    {
        tests += nodes.Length;
        foreach (var node in nodes)
        {
            if (!node.NamesHold(tag.Packed, tag.Name(input), index, ofType)) continue;
            tests += node.Attributes.Length * tag.Attributes.Length;
            if (!node.AttributesHold(tag.Attributes, input, ns)) continue;
            foreach (var match in node.Matches) matched[match >> 6] |= 1UL << match;
            if (node.Children.Length > 0) childNodes.Add(node.Children);
            if (node.Descendants.Length > 0) inherits.Add(node.Descendants);
        }
    }

    private void Collect()
    {
        for (var i = 0; i < matched.Length; i++)
        {
            for (var bits = matched[i]; bits != 0; bits &= bits - 1) matches.Add((i << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits));
        }
    }
}
