namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>One compound selector of a chain, as it is parsed: simple selectors that must hold together.</summary>
internal sealed class Compound
{
    /// <summary>How it relates to the compound before it: a space or &gt;; 0 for the first one.</summary>
    public char Combinator { get; init; }

    public List<SimpleSelector> Simples { get; } = [];
}

/// <summary>A simple selector, in text: the document's encoding is not known yet.</summary>
/// <param name="Kind">What it asks of.</param>
/// <param name="Negated">Inside an odd number of <c>:not()</c>.</param>
/// <param name="Name">The name of the element, attribute, class or id.</param>
/// <param name="Operator">As in <see cref="AttributeTest"/>.</param>
/// <param name="Value">The attribute's value.</param>
/// <param name="Case">As in <see cref="AttributeTest"/>.</param>
/// <param name="Pattern">For positions.</param>
internal sealed record SimpleSelector(
    SimpleKind Kind, bool Negated, string Name = "", char Operator = '\0', string Value = "", ValueCase Case = ValueCase.Kept, NthPattern Pattern = default);

/// <summary>The kinds of <see cref="SimpleSelector"/>.</summary>
internal enum SimpleKind
{
    Any,
    Never,
    Name,
    NthChild,
    NthOfType,
    Attribute,
}
