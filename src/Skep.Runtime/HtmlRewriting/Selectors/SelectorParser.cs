using System.Collections.Frozen;

namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>Parses selectors (https://drafts.csswg.org/selectors/#grammar): those that can be decided when a start tag is seen.
/// Others are refused with lol-html's messages, and where it differs from CSS (<c>:not()</c> of several simple selectors, empty
/// values) so does this.</summary>
internal sealed class SelectorParser
{
    private static readonly FrozenSet<string> HtmlCaseIgnored = FrozenSet.ToFrozenSet(
        ("accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir direction disabled enctype face frame hreflang "
        + "http-equiv lang language link media method multiple nohref noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target text type "
        + "valign valuetype vlink").Split(' '));

    // Deeper or longer ones would be recursed into.
    private const int DeepestNegation = 32;
    private const int LongestChain = 256;

    private readonly string source;
    private readonly List<SelectorToken> tokens;
    private int at;
    private int depth;

    // What validation would refuse after parsing; parsing errors come first.
    private SelectorException? refused;

    private SelectorParser(string source)
    {
        this.source = source;
        tokens = SelectorScanner.Scan(source);
    }

    private SelectorToken Current => tokens[at];

    /// <summary>The chains of a selector list.</summary>
    /// <exception cref="SelectorException">It is not a selector, or not one that is supported.</exception>
    public static List<List<Compound>> Parse(string source)
    {
        SelectorParser parser = new(source);
        var list = parser.List(negated: false, nested: false, SelectorTokenKind.End);
        return parser.refused is { } refusal ? throw refusal : list;
    }

    private List<List<Compound>> List(bool negated, bool nested, SelectorTokenKind end)
    {
        List<List<Compound>> chains = [];
        for (;;)
        {
            chains.Add(Chain(negated, nested));
            if (Current.Kind == end || Current.Kind == SelectorTokenKind.End) return chains;
            if (Current.Kind != SelectorTokenKind.Comma) throw SelectorException.UnexpectedToken();
            at++;
        }
    }

    private List<Compound> Chain(bool negated, bool nested)
    {
        List<Compound> chain = [];
        for (var combinator = '\0';;)
        {
            SkipWhite();
            Compound compound = new() { Combinator = combinator };
            if (!CompoundInto(compound, negated)) throw combinator == '\0' ? SelectorException.Empty() : SelectorException.Dangling();
            chain.Add(compound);
            if (chain.Count > LongestChain) throw SelectorException.Syntax();
            combinator = NextCombinator();
            if (combinator == '\0') return chain;
            if (nested) refused ??= SelectorException.Unsupported();
            else if (combinator is '+' or '~') refused ??= SelectorException.Combinator(combinator);
        }
    }

    private char NextCombinator()
    {
        var before = at;
        SkipWhite();
        if (Current is { Kind: SelectorTokenKind.Delimiter, Text: ">" or "+" or "~" })
        {
            return tokens[at++].Text[0];
        }

        return at > before && Current.Kind is not (SelectorTokenKind.End or SelectorTokenKind.Comma or SelectorTokenKind.CloseParenthesis) ? ' ' : '\0';
    }

    private void SkipWhite()
    {
        while (Current.Kind == SelectorTokenKind.White) at++;
    }

    // False when there is none.
    private bool CompoundInto(Compound compound, bool negated)
    {
        var any = TypeInto(compound, negated);
        while (SimpleInto(compound, negated)) any = true;
        return any;
    }

    private bool TypeInto(Compound compound, bool negated)
    {
        var token = Current;
        if (token.Kind != SelectorTokenKind.Identifier && !token.IsDelimiter('*') && !token.IsDelimiter('|')) return false;
        at++;
        if (!token.IsDelimiter('|'))
        {
            if (!Current.IsDelimiter('|'))
            {
                compound.Simples.Add(token.Kind == SelectorTokenKind.Identifier ? new SimpleSelector(SimpleKind.Name, negated, token.Text) : new SimpleSelector(SimpleKind.Any, negated));
                return true;
            }

            if (token.Kind == SelectorTokenKind.Identifier) throw SelectorException.Namespaced();
            at++;
        }

        var name = Current;
        if (name.Kind == SelectorTokenKind.End) return false;
        at++;
        if (name.Kind != SelectorTokenKind.Identifier && !name.IsDelimiter('*')) throw SelectorException.UnexpectedToken();
        if (token.IsDelimiter('|')) compound.Simples.Add(new SimpleSelector(SimpleKind.Never, negated));
        compound.Simples.Add(name.Kind == SelectorTokenKind.Identifier ? new SimpleSelector(SimpleKind.Name, negated, name.Text) : new SimpleSelector(SimpleKind.Any, negated));
        return true;
    }

    private bool SimpleInto(Compound compound, bool negated)
    {
        var token = Current;
        switch (token.Kind)
        {
            case SelectorTokenKind.Id:
                at++;
                compound.Simples.Add(new SimpleSelector(SimpleKind.Attribute, negated, "id", '=', token.Text));
                return true;
            case SelectorTokenKind.Delimiter when token.IsDelimiter('.'):
                at++;
                var name = Take();
                if (name.Kind != SelectorTokenKind.Identifier) throw SelectorException.ClassName();
                compound.Simples.Add(new SimpleSelector(SimpleKind.Attribute, negated, "class", '~', name.Text));
                return true;
            case SelectorTokenKind.OpenSquare:
                at++;
                compound.Simples.Add(Attribute(negated));
                Close(SelectorTokenKind.CloseSquare);
                return true;
            case SelectorTokenKind.Colon:
                at++;
                Pseudo(compound, negated);
                return true;
            default:
                return false;
        }
    }

    private SelectorToken Take() => Current.Kind == SelectorTokenKind.End ? throw SelectorException.UnexpectedEnd() : tokens[at++];

    // A block may lack its end at the end of the text.
    private void Close(SelectorTokenKind end)
    {
        SkipWhite();
        if (Current.Kind == SelectorTokenKind.End) return;
        if (Take().Kind != end) throw SelectorException.UnexpectedToken();
    }

    private SimpleSelector Attribute(bool negated)
    {
        SkipWhite();
        var name = AttributeName();
        SkipWhite();
        if (IsEnd(SelectorTokenKind.CloseSquare)) return new SimpleSelector(SimpleKind.Attribute, negated, name);
        var comparison = Take();
        if (comparison.Kind != SelectorTokenKind.Match && !comparison.IsDelimiter('=')) throw SelectorException.InAttribute();
        SkipWhite();
        if (IsEnd(SelectorTokenKind.CloseSquare)) throw SelectorException.UnexpectedEnd();
        var value = Take();
        if (value.Kind is not (SelectorTokenKind.Identifier or SelectorTokenKind.String)) throw SelectorException.InAttribute();
        SkipWhite();
        var valueCase = HtmlCaseIgnored.Contains(name) ? ValueCase.IgnoredInHtml : ValueCase.Kept;
        if (!IsEnd(SelectorTokenKind.CloseSquare))
        {
            var flag = Take();
            if (flag.Kind != SelectorTokenKind.Identifier) throw SelectorException.UnexpectedToken();
            valueCase = flag.Text switch
            {
                "i" or "I" => ValueCase.Ignored,
                "s" or "S" => ValueCase.Kept,
                _ => throw SelectorException.UnexpectedToken(),
            };
        }

        return new SimpleSelector(SimpleKind.Attribute, negated, name, comparison.Text[0], value.Text, valueCase);
    }

    private bool IsEnd(SelectorTokenKind end) => Current.Kind == end || Current.Kind == SelectorTokenKind.End;

    private string AttributeName()
    {
        if (IsEnd(SelectorTokenKind.CloseSquare)) throw SelectorException.UnexpectedEnd();
        var token = Take();
        if (token.Kind == SelectorTokenKind.Identifier)
        {
            return Current.IsDelimiter('|') ? throw SelectorException.Namespaced() : AsciiLower(token.Text);
        }

        var isAny = token.IsDelimiter('*');
        if (!isAny && !token.IsDelimiter('|')) throw SelectorException.MissingAttribute();
        if (isAny)
        {
            if (IsEnd(SelectorTokenKind.CloseSquare)) throw SelectorException.UnexpectedEnd();
            if (!Take().IsDelimiter('|')) throw SelectorException.InAttribute();
            refused ??= SelectorException.Namespaced();
        }

        if (IsEnd(SelectorTokenKind.CloseSquare)) throw SelectorException.UnexpectedEnd();
        var name = Take();
        return name.Kind == SelectorTokenKind.Identifier ? AsciiLower(name.Text) : throw SelectorException.InAttribute();
    }

    private static string AsciiLower(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });

    private void Pseudo(Compound compound, bool negated)
    {
        var token = Take();
        var isElement = token.Kind == SelectorTokenKind.Colon;
        if (isElement) token = Take();
        if (token.Kind is not (SelectorTokenKind.Identifier or SelectorTokenKind.Function)) throw SelectorException.Unsupported();
        var name = AsciiLower(token.Text);
        if (isElement || name is "before" or "after" or "first-line" or "first-letter") throw depth > 0 ? SelectorException.Syntax() : SelectorException.Unsupported();
        if (token.Kind == SelectorTokenKind.Function)
        {
            Functional(compound, name, negated);
            return;
        }

        switch (name)
        {
            case "first-child":
                compound.Simples.Add(new SimpleSelector(SimpleKind.NthChild, negated, Pattern: new NthPattern(0, 1)));
                break;
            case "first-of-type":
                compound.Simples.Add(new SimpleSelector(SimpleKind.NthOfType, negated, Pattern: new NthPattern(0, 1)));
                break;
            case "last-child" or "only-child" or "root" or "empty" or "scope" or "last-of-type" or "only-of-type":
                refused ??= SelectorException.Unsupported();
                break;
            default:
                throw SelectorException.Unsupported();
        }
    }

    private void Functional(Compound compound, string name, bool negated)
    {
        switch (name)
        {
            case "not":
                if (++depth > DeepestNegation) throw SelectorException.Syntax();
                foreach (var chain in List(!negated, nested: true, SelectorTokenKind.CloseParenthesis))
                {
                    foreach (var part in chain) compound.Simples.AddRange(part.Simples);
                }

                Close(SelectorTokenKind.CloseParenthesis);
                depth--;
                break;
            case "nth-child" or "nth-of-type" or "nth-last-child" or "nth-last-of-type":
                var pattern = NthPattern.Parse(Argument());
                if (name.StartsWith("nth-last", StringComparison.Ordinal)) refused ??= SelectorException.Unsupported();
                compound.Simples.Add(new SimpleSelector(name == "nth-of-type" ? SimpleKind.NthOfType : SimpleKind.NthChild, negated, Pattern: pattern));
                break;
            default:
                throw SelectorException.Unsupported();
        }
    }

    // The source up to the parenthesis that closes.
    private string Argument()
    {
        var start = Current.Start;
        while (!IsEnd(SelectorTokenKind.CloseParenthesis)) at++;
        var text = source[start..Current.Start];
        Close(SelectorTokenKind.CloseParenthesis);
        return text;
    }
}
