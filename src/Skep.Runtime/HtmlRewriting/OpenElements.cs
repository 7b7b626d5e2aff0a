using Skep.Runtime.HtmlRewriting.Selectors;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>The stack of open elements: what selectors know of the elements around a tag.</summary>
/// <remarks>As in lol-html this is the stack of the tags, not that of the tree: an end tag closes the innermost element of its
/// name and all within, and one without such an element does nothing.</remarks>
internal sealed class OpenElements(bool countsTypes)
{
    private readonly List<Element> elements = [];
    private readonly List<(SelectorNode[] Nodes, int Depth)> inherited = [];
    private readonly Dictionary<ulong, int> openNames = [];
    private readonly Element root = new() { Name = [] };

    public int Depth => elements.Count;

    /// <summary>What hung from outer elements and may match at any depth.</summary>
    public List<(SelectorNode[] Nodes, int Depth)> Inherited => inherited;

    /// <summary>The innermost open element, or the document.</summary>
    public Element Parent => elements.Count > 0 ? elements[^1] : root;

    /// <summary>Elements looked at, for the work's account.</summary>
    public int Looked { get; private set; }

    /// <summary>Counts a child of the innermost element.</summary>
    public (int Index, int IndexOfType) Count(ulong packed, ReadOnlySpan<byte> name, bool add)
    {
        var parent = Parent;
        var index = parent.Children + 1;
        if (add) parent.Children = index;
        if (!countsTypes) return (index, 0);
        var key = (packed, packed == TagName.None ? KeyOf(name) : "");
        parent.ChildrenOfType ??= [];
        var ofType = parent.ChildrenOfType.GetValueOrDefault(key) + 1;
        if (add) parent.ChildrenOfType[key] = ofType;
        return (index, ofType);
    }

    public void Push(Element element)
    {
        var depth = elements.Count;
        elements.Add(element);
        openNames[element.Packed] = openNames.GetValueOrDefault(element.Packed) + 1;
        foreach (var nodes in element.Inherits)
        {
            var known = false;
            foreach (var (other, _) in inherited) known |= other == nodes;
            if (!known) inherited.Add((nodes, depth));
        }
    }

    /// <summary>The depth of the element that an end tag closes, or -1.</summary>
    public int Find(ulong packed, ReadOnlySpan<byte> name)
    {
        if (!openNames.TryGetValue(packed, out var open) || open == 0) return -1;
        for (var i = elements.Count - 1; i >= 0; i--)
        {
            Looked++;
            if (TagName.Same(elements[i].Packed, elements[i].Name, packed, name)) return i;
        }

        return -1;
    }

    public Element At(int depth) => elements[depth];

    /// <summary>Closes all elements from this depth on.</summary>
    public void Close(int depth)
    {
        for (var i = depth; i < elements.Count; i++) openNames[elements[i].Packed]--;
        elements.RemoveRange(depth, elements.Count - depth);
        while (inherited.Count > 0 && inherited[^1].Depth >= depth) inherited.RemoveAt(inherited.Count - 1);
    }

    private static string KeyOf(ReadOnlySpan<byte> name) => System.Text.Encoding.Latin1.GetString(name).ToLowerInvariant();

    /// <summary>An open element.</summary>
    public sealed class Element
    {
        public ulong Packed { get; init; }

        /// <summary>Its name where it cannot be packed.</summary>
        public required byte[] Name { get; init; }

        /// <summary>Its number, when handlers saw it; else 0.</summary>
        public int Id { get; set; }

        /// <summary>The selectors that matched it.</summary>
        public int[] Matches { get; set; } = [];

        /// <summary>What may match its children.</summary>
        public SelectorNode[][] ChildNodes { get; set; } = [];

        /// <summary>What may match anything inside it.</summary>
        public SelectorNode[][] Inherits { get; set; } = [];

        public int Children { get; set; }

        public Dictionary<(ulong Packed, string Name), int>? ChildrenOfType { get; set; }
    }
}
