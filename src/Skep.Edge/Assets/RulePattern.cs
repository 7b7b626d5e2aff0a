using System.Text;
using System.Text.RegularExpressions;

namespace Skep.Edge.Assets;

/// <summary>The path of a rule of a <c>_headers</c> or <c>_redirects</c> file: <c>*</c> stands for anything, <c>:name</c> for a segment, or a label of
/// a host. Most rules have neither, or end with <c>*</c>, and are compared; the rest is left to an automaton that takes linear time.</summary>
internal sealed partial class RulePattern
{
    private const string Secure = "https://";
    private const string Splat = "splat";

    private readonly bool _withHost;
    private readonly string _prefix;
    private readonly bool _isPrefix;
    private readonly Regex? _automaton;

    private RulePattern(string text, string prefix, Regex? automaton)
    {
        _withHost = text.StartsWith(Secure, StringComparison.Ordinal);
        _prefix = prefix;
        _isPrefix = text.Length > prefix.Length;
        _automaton = automaton;
    }

    /// <summary>Null for a pattern that names a part twice: such a rule matches nothing.</summary>
    public static RulePattern? Parse(string text)
    {
        MatchCollection variables = Variables().Matches(text);
        if (variables.Count == 0) return new RulePattern(text, text, null);
        if (variables.Select(Name).Distinct(StringComparer.Ordinal).Count() < variables.Count) return null;
        string prefix = text[..variables[0].Index];
        if (variables.Count == 1 && text.Length == prefix.Length + 1) return new RulePattern(text, prefix, null);
        int host = text.StartsWith(Secure, StringComparison.Ordinal) ? text.IndexOf('/', Secure.Length) : 0;
        var automaton = new StringBuilder("^");
        int at = 0;
        foreach (Match variable in variables)
        {
            automaton.Append(Regex.Escape(text[at..variable.Index]))
                .Append("(?<").Append(Name(variable)).Append('>')
                .Append(variable.Value == "*" ? ".*" : variable.Index < host || host < 0 ? "[^/.]+" : "[^/]+").Append(')');
            at = variable.Index + variable.Length;
        }

        automaton.Append(Regex.Escape(text[at..])).Append("\\z");
        return new RulePattern(text, prefix, new Regex(automaton.ToString(), RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant));
    }

    /// <summary>What the parts stand for, by name; null when the rule does not match.</summary>
    /// <param name="host">The host's name, without port.</param>
    /// <param name="path">As the URL has it.</param>
    public IReadOnlyList<KeyValuePair<string, string>>? Match(string host, string path)
    {
        string text = _withHost ? string.Concat(Secure, host, path) : path;
        if (!text.StartsWith(_prefix, StringComparison.Ordinal)) return null;
        if (_automaton is null)
        {
            if (_isPrefix) return [new(Splat, text[_prefix.Length..])];
            return text.Length == _prefix.Length ? [] : null;
        }

        Match match = _automaton.Match(text);
        return match.Success ? [.. match.Groups.Values.Skip(1).Select(group => KeyValuePair.Create(group.Name, group.Value))] : null;
    }

    /// <summary>The text with the parts in the places of their names.</summary>
    public static string Replace(string text, IReadOnlyList<KeyValuePair<string, string>> parts)
    {
        if (!text.Contains(':', StringComparison.Ordinal)) return text;
        foreach ((string name, string value) in parts) text = text.Replace(":" + name, value, StringComparison.Ordinal);
        return text;
    }

    private static string Name(Match variable) => variable.Value == "*" ? Splat : variable.Value[1..];

    [GeneratedRegex(@"\*|:[A-Za-z][A-Za-z0-9_]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variables();
}
