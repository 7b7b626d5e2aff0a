using System.Globalization;
using System.Text.RegularExpressions;

namespace Skep.Runtime.HtmlRewriting.Selectors;

/// <summary>Every <paramref name="Step"/>th child from the <paramref name="Offset"/>th on
/// (https://drafts.csswg.org/css-syntax/#anb-microsyntax).</summary>
internal readonly partial record struct NthPattern(int Step, int Offset)
{
    public bool Has(int index)
    {
        var distance = (long)index - Offset;
        if (Step == 0) return distance == 0;
        return (distance == 0 || distance > 0 == Step > 0) && distance % Step == 0;
    }

    public static NthPattern Parse(string text)
    {
        var match = Syntax().Match(text);
        if (!match.Success) throw IsUnfinished(text) ? SelectorException.UnexpectedEnd() : SelectorException.UnexpectedToken();
        if (match.Groups["even"].Success) return new NthPattern(2, 0);
        if (match.Groups["odd"].Success) return new NthPattern(2, 1);
        if (match.Groups["only"].Success) return new NthPattern(0, Number(match.Groups["only"].Value));
        var step = match.Groups["step"].Value;
        return new NthPattern(step is "" or "+" ? 1 : step == "-" ? -1 : Number(step), Number(match.Groups["sign"].Value + match.Groups["offset"].Value));
    }

    private static bool IsUnfinished(string text) => text.AsSpan().Trim(" \t\r\n\f") is var rest && (rest.Length == 0 || rest[^1] is '+' or '-');

    // What does not fit is as far away as can be said.
    private static int Number(string text) =>
        text.Length == 0 ? 0 : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text[0] == '-' ? int.MinValue : int.MaxValue;

    [GeneratedRegex(
        @"^[ \t\r\n\f]*(?:(?<even>even)|(?<odd>odd)|(?<only>[+-]?[0-9]+)|(?<step>[+-]?[0-9]*)n(?:[ \t\r\n\f]*(?<sign>[+-])[ \t\r\n\f]*(?<offset>[0-9]+))?)[ \t\r\n\f]*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Syntax();
}
