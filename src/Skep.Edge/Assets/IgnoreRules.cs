using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Skep.Edge.Assets;

/// <summary>An <c>.assetsignore</c> file: patterns as in <c>.gitignore</c> (https://git-scm.com/docs/gitignore). The files that say something about the others
/// are never assets.</summary>
internal sealed class IgnoreRules
{
    public const string FileName = ".assetsignore";

    private static readonly string[] _always = ["/" + FileName, "/_redirects", "/_headers"];

    private readonly ImmutableArray<(Regex Pattern, bool Negated)> _rules;

    private IgnoreRules(ImmutableArray<(Regex, bool)> rules) => _rules = rules;

    public static IgnoreRules Parse(string text) => new([.. _always.Concat(text.Split('\n')).Select(Compile).OfType<(Regex, bool)>()]);

    /// <summary>True when the file with this relative path, or a folder that it is in, is to be left out. The last pattern that matches counts; what
    /// is in a folder that is left out cannot come back.</summary>
    public bool Ignores(string path)
    {
        for (int slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (IsMatched(path[..(slash + 1)])) return true;
        }

        return IsMatched(path);
    }

    private bool IsMatched(string path)
    {
        bool ignored = false;
        foreach ((Regex pattern, bool negated) in _rules)
        {
            if (ignored == negated && pattern.IsMatch(path)) ignored = !negated;
        }

        return ignored;
    }

    private static (Regex, bool)? Compile(string line)
    {
        line = line.TrimEnd('\r');
        while (line.EndsWith(' ') && !line.EndsWith("\\ ", StringComparison.Ordinal)) line = line[..^1];
        if (line.Length == 0 || line[0] == '#') return null;
        bool negated = line[0] == '!';
        if (negated) line = line[1..];
        bool foldersOnly = line.EndsWith('/');
        if (foldersOnly) line = line[..^1];
        bool anchored = line.Contains('/', StringComparison.Ordinal);
        line = line.TrimStart('/');
        if (line.Length == 0) return null;
        var regex = new StringBuilder(anchored ? "^" : "^(.*/)?");
        for (int i = 0; i < line.Length; i++) i += Translate(line, i, regex) - 1;
        regex.Append(foldersOnly ? "/\\z" : "/?\\z");
        return (new Regex(regex.ToString(), RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant), negated);
    }

    // Appends what the pattern says at that place; returns how many characters of it that took.
    private static int Translate(string pattern, int at, StringBuilder regex)
    {
        ReadOnlySpan<char> rest = pattern.AsSpan(at);
        switch (rest[0])
        {
            case '*' when rest.StartsWith("**/", StringComparison.Ordinal) && (at == 0 || pattern[at - 1] == '/'):
                regex.Append("(.*/)?");
                return 3;
            case '*' when rest is "**" && at > 0 && pattern[at - 1] == '/':
                regex.Append(".+");
                return 2;
            case '*':
                regex.Append("[^/]*");
                return 1;
            case '?':
                regex.Append("[^/]");
                return 1;
            case '[' when rest.IndexOf(']') is > 1 and var end:
                string set = rest[1..end].ToString().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
                regex.Append('[').Append(set[0] is '!' or '^' ? string.Concat("^/", set.AsSpan(1)) : set).Append(']');
                return end + 1;
            case '\\' when rest.Length > 1:
                regex.Append(Regex.Escape(rest[1].ToString()));
                return 2;
            default:
                regex.Append(Regex.Escape(rest[0].ToString()));
                return 1;
        }
    }
}
