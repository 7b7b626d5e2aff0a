using System.Text;

namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>The selectors of a rewriter as one automaton over the stack of open elements. Immutable: shared by all documents.</summary>
internal sealed class SelectorProgram
{
    private SelectorProgram(SelectorNode[] roots, int count, bool countsTypes)
    {
        Roots = roots;
        Count = count;
        CountsTypes = countsTypes;
    }

    /// <summary>What may match anywhere.</summary>
    public SelectorNode[] Roots { get; }

    /// <summary>How many selectors there are.</summary>
    public int Count { get; }

    /// <summary>Some selector asks for the position among siblings of one name.</summary>
    public bool CountsTypes { get; }

    /// <summary>Compiles selectors for documents of an encoding.</summary>
    /// <exception cref="SelectorException">One of them cannot be used.</exception>
    public static SelectorProgram Compile(IReadOnlyList<string> selectors, MarkupEncoding encoding)
    {
        Branch root = new(null);
        var countsTypes = false;
        for (var i = 0; i < selectors.Count; i++)
        {
            foreach (var chain in SelectorParser.Parse(selectors[i]))
            {
                var branch = root;
                foreach (var compound in chain)
                {
                    countsTypes |= compound.Simples.Exists(static simple => simple.Kind == SimpleKind.NthOfType);
                    branch = branch.Follow(compound, encoding);
                }

                branch.Node!.Matches.Add(i);
            }
        }

        return new SelectorProgram(root.Finish(), selectors.Count, countsTypes);
    }

    private static SelectorNode Compile(Compound compound, MarkupEncoding encoding) => new()
    {
        Names = [.. compound.Simples.Where(simple => simple.Kind != SimpleKind.Attribute).Select(simple => CompileName(simple, encoding))],
        Attributes = [.. compound.Simples.Where(simple => simple.Kind == SimpleKind.Attribute).Select(simple => CompileAttribute(simple, encoding))],
    };

    private static NameTest CompileName(SimpleSelector simple, MarkupEncoding encoding)
    {
        var kind = (NameTestKind)simple.Kind;
        if (simple.Kind != SimpleKind.Name) return new NameTest(kind, simple.Negated, Pattern: simple.Pattern);
        // No element has a name that does not exist in the encoding.
        if (!encoding.TryEncode(simple.Name, out var name)) return new NameTest(NameTestKind.Never, simple.Negated);
        var packed = TagName.Pack(name);
        return new NameTest(kind, simple.Negated, packed, packed == TagName.None ? name : null);
    }

    private static AttributeTest CompileAttribute(SimpleSelector simple, MarkupEncoding encoding)
    {
        var possible = encoding.TryEncode(simple.Name, out var name) & encoding.TryEncode(simple.Value, out var value);
        return new AttributeTest(name, simple.Operator, value, simple.Case, simple.Negated) { Impossible = !possible };
    }

    // A node while others are still being hung below it. Equal compounds in the same place are one node.
    private sealed class Branch(SelectorNode? node)
    {
        private readonly OrderedDictionary<string, Branch> children = [];
        private readonly OrderedDictionary<string, Branch> descendants = [];

        public SelectorNode? Node => node;

        public Branch Follow(Compound compound, MarkupEncoding encoding)
        {
            var siblings = compound.Combinator == '>' ? children : descendants;
            var key = KeyOf(compound);
            if (!siblings.TryGetValue(key, out var branch)) siblings.Add(key, branch = new Branch(Compile(compound, encoding)));
            return branch;
        }

        /// <summary>Links the nodes; returns what hangs below this one at any depth.</summary>
        public SelectorNode[] Finish()
        {
            SelectorNode[] below = [.. descendants.Values.Select(each => each.Node!)];
            SelectorNode[] directly = [.. children.Values.Select(each => each.Node!)];
            foreach (var branch in descendants.Values) branch.Finish();
            foreach (var branch in children.Values) branch.Finish();
            if (node is null) return below;
            node.Descendants = below;
            node.Children = directly;
            return below;
        }

        private static string KeyOf(Compound compound)
        {
            StringBuilder key = new();
            foreach (var simple in compound.Simples) key.Append(simple.Name.Length).Append(simple);
            return key.ToString();
        }
    }
}
