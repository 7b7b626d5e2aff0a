namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>A token of https://drafts.csswg.org/css-syntax/, as far as selectors tell them apart.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The name or the string, unescaped; the character of a delimiter; the operator's first character.</param>
/// <param name="Start">Where it begins in the source.</param>
internal readonly record struct SelectorToken(SelectorTokenKind Kind, string Text, int Start)
{
    public bool IsDelimiter(char character) => Kind == SelectorTokenKind.Delimiter && Text[0] == character;
}

/// <summary>The kinds of tokens.</summary>
internal enum SelectorTokenKind
{
    End,
    White,
    Identifier,
    Function,
    Id,
    String,

    /// <summary>One of ~= |= ^= $= *=.</summary>
    Match,
    Delimiter,
    Colon,
    Comma,
    OpenSquare,
    CloseSquare,
    OpenParenthesis,
    CloseParenthesis,

    /// <summary>Numbers, blocks, malformed strings: nothing that selectors have.</summary>
    Other,
}
