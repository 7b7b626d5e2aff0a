namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>A condition on an attribute. Values are compared as they are written in the document: character references are not decoded.</summary>
/// <param name="Name">The attribute's name in lower case.</param>
/// <param name="Operator">How the value is compared: = ~ | ^ $ *, or 0 when the attribute only has to be there.</param>
/// <param name="Value">The value to compare with.</param>
/// <param name="Case">Whether the case of letters counts.</param>
/// <param name="Negated">Asked the other way round, by <c>:not()</c>.</param>
internal sealed record AttributeTest(byte[] Name, char Operator, byte[] Value, ValueCase Case, bool Negated)
{
    /// <summary>Its text does not exist in the document's encoding: no attribute has it.</summary>
    public bool Impossible { get; init; }

    public bool Holds(ReadOnlySpan<AttributeRange> attributes, ReadOnlySpan<byte> input, MarkupNamespace ns)
    {
        if (Impossible) return Negated;
        foreach (ref readonly var attribute in attributes)
        {
            if (attribute.NameEnd - attribute.NameStart == Name.Length && TagName.EqualIgnoringCase(attribute.Name(input), Name))
            {
                return Negated != Compare(attribute.Value(input), Case == ValueCase.Ignored || (Case == ValueCase.IgnoredInHtml && ns == MarkupNamespace.Html));
            }
        }

        return Negated;
    }

    private static bool Equal(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, bool ignoreCase) =>
        ignoreCase ? TagName.EqualIgnoringCase(one, other) : one.SequenceEqual(other);

    private bool Compare(ReadOnlySpan<byte> actual, bool ignoreCase)
    {
        var wanted = Value.Length;
        // An empty word, prefix or part is in nothing (https://drafts.csswg.org/selectors/#attribute-substrings).
        if (wanted == 0 && (Operator is '~' or '^' or '$' or '*')) return false;
        switch (Operator)
        {
            case '=':
                return Equal(actual, Value, ignoreCase);
            case '~':
                return HasWord(actual, ignoreCase);
            case '|':
                return Equal(actual, Value, ignoreCase) || (actual.Length > wanted && actual[wanted] == '-' && Equal(actual[..wanted], Value, ignoreCase));
            case '^':
                return actual.Length >= wanted && Equal(actual[..wanted], Value, ignoreCase);
            case '$':
                return actual.Length >= wanted && Equal(actual[^wanted..], Value, ignoreCase);
            case '*':
                return Contains(actual, ignoreCase);
            default:
                return true;
        }
    }

    private bool HasWord(ReadOnlySpan<byte> actual, bool ignoreCase)
    {
        foreach (var range in actual.SplitAny(" \n\r\t\f"u8))
        {
            if (Equal(actual[range], Value, ignoreCase)) return true;
        }

        return false;
    }

    private bool Contains(ReadOnlySpan<byte> actual, bool ignoreCase)
    {
        if (!ignoreCase) return actual.IndexOf(Value) >= 0;
        for (var at = 0; at + Value.Length <= actual.Length; at++)
        {
            if (TagName.EqualIgnoringCase(actual.Slice(at, Value.Length), Value)) return true;
        }

        return false;
    }
}

/// <summary>https://drafts.csswg.org/selectors/#attribute-case</summary>
internal enum ValueCase
{
    Kept,
    Ignored,

    /// <summary>As HTML says of this attribute (https://html.spec.whatwg.org/#case-sensitivity-of-selectors).</summary>
    IgnoredInHtml,
}
