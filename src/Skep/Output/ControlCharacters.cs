using System.Text;
using System.Text.RegularExpressions;

namespace Skep.Output;

/// <summary>Text from outside (a request's path, a worker's log) must not steer the terminal.</summary>
internal static partial class ControlCharacters
{
    /// <summary>The text with control characters made visible; line breaks and tabs stay when <paramref name="lines"/>.</summary>
    public static string Escape(string text, bool lines)
    {
        return text.Any(Steers) ? string.Concat(text.Select(c => Steers(c) ? $"\\x{(int)c:x2}" : c.ToString())) : text;

        bool Steers(char c) => char.IsControl(c) && !(lines && c is '\n' or '\t');
    }

    /// <summary>As <see cref="Escape"/> with line breaks, but what only chooses colours does so where <paramref name="style"/> has colours, and
    /// is left out where it has none: many loggers colour their lines.</summary>
    public static string EscapeButColours(string text, Style style)
    {
        if (!text.Contains("\e[", StringComparison.Ordinal)) return Escape(text, lines: true);
        var shown = new StringBuilder();
        var end = 0;
        foreach (var sequence in GraphicRendition().EnumerateMatches(text))
        {
            shown.Append(Escape(text[end..sequence.Index], lines: true));
            end = sequence.Index + sequence.Length;
            if (style.HasColours) shown.Append(text, sequence.Index, sequence.Length);
        }

        shown.Append(Escape(text[end..], lines: true));
        // A colour that the line leaves on would go on into the next ones.
        return style.HasColours ? shown.Append("\e[0m").ToString() : shown.ToString();
    }

    // ECMA-48, 8.3.117.
    [GeneratedRegex(@"\e\[[0-9;:]{0,64}m", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GraphicRendition();
}
