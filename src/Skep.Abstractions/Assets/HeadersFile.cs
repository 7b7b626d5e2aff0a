using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Skep.Abstractions.Assets;

/// <summary>A <c>_headers</c> file (https://developers.cloudflare.com/workers/static-assets/headers/): paths, each followed by the headers that
/// responses for it get or lose.</summary>
public sealed partial record HeadersFile(ImmutableArray<HeadersFile.Rule> Rules, ImmutableArray<FileProblem> Problems)
{
    private const string Removal = "! ";

    /// <summary>One path and what it does.</summary>
    /// <param name="Pattern">A path, or a URL with <c>https</c>; <c>*</c> and <c>:name</c> stand for parts of it.</param>
    /// <param name="Set">Headers to set: names in lower case, values in which <c>:name</c> is replaced.</param>
    /// <param name="Unset">Headers to remove.</param>
    public sealed record Rule(string Pattern, ImmutableArray<KeyValuePair<string, string>> Set, ImmutableArray<string> Unset);

    /// <summary>Reads the text. Lines that make no sense do not count, and are in <see cref="Problems"/>.</summary>
    public static HeadersFile Parse(string text)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        var problems = ImmutableArray.CreateBuilder<FileProblem>();
        Draft? draft = null;
        // The headers of a path that does not count do not count either, and need no word of their own.
        var skipping = false;
        var lines = new RuleLines(text, problems);
        while (lines.Read())
        {
            var line = lines.Line;
            if (ProbablyPath().IsMatch(line))
            {
                Finish(draft, rules, problems);
                if (rules.Count >= AssetLimits.HeaderRules)
                {
                    lines.Report($"Maximum number of rules supported is {AssetLimits.HeaderRules}. Skipping remaining {lines.Remaining} lines of file.");
                    draft = null;
                    break;
                }

                draft = Path(line, lines.Number, problems);
                skipping = draft is null;
            }
            else if (!skipping && Problem(line, draft) is { } problem)
            {
                lines.Report(problem);
            }
        }

        Finish(draft, rules, problems);
        return new HeadersFile(rules.ToImmutable(), problems.ToImmutable());
    }

    private static Draft? Path(string line, int number, ImmutableArray<FileProblem>.Builder problems)
    {
        var path = RuleUrl.Read(line, relative: false, ports: true, tail: false, out var problem);
        if (path is not null)
        {
            var wildcards = path.Count(character => character == '*');
            if (wildcards > 1)
                problem = $"Only one wildcard is allowed per rule. Use a named placeholder (e.g. :project) instead. Skipping {path}.";
            else if (wildcards == 1 && Splat().IsMatch(path))
                problem = $"Cannot combine a wildcard * with a :splat placeholder because wildcards are converted to :splat at runtime. Skipping {path}.";
            else
                return new Draft(path, number);
        }

        problems.Add(new(number, problem));
        return null;
    }

    // A line below a path: what is wrong with it, or null once it has been taken.
    private static string? Problem(string line, Draft? draft)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            if (draft is null) return "Expected a path beginning with at least one forward-slash";
            if (!line.StartsWith(Removal, StringComparison.Ordinal)) return "Expected a colon-separated header pair (e.g. name: value)";
            draft.Unset.Add(line[Removal.Length..].Trim().ToLowerInvariant());
            return null;
        }

        var name = line[..colon].Trim().ToLowerInvariant();
        var value = line[(colon + 1)..].Trim();
        if (name.Contains(' ', StringComparison.Ordinal)) return "Header name cannot include spaces";
        if (name.Length == 0) return "No header name specified";
        if (!Token().IsMatch(name)) return $"\"{name}\" is no header name";
        if (value.Length == 0) return "No header value specified";
        if (value.Any(char.IsControl)) return $"The value of {name} has a control character";
        if (draft is null) return $"Path should come before header ({name}: {value})";
        var known = draft.Set.FindIndex(header => header.Key == name);
        if (known < 0) draft.Set.Add(new(name, value));
        else draft.Set[known] = new(name, $"{draft.Set[known].Value}, {value}");
        return null;
    }

    private static void Finish(Draft? draft, ImmutableArray<Rule>.Builder rules, ImmutableArray<FileProblem>.Builder problems)
    {
        if (draft is null) return;
        if (draft.Set.Count + draft.Unset.Count == 0) problems.Add(new(draft.Line, "No headers specified"));
        else rules.Add(new Rule(draft.Pattern, [.. draft.Set], [.. draft.Unset]));
    }

    private sealed record Draft(string Pattern, int Line)
    {
        public List<KeyValuePair<string, string>> Set { get; } = [];

        public List<string> Unset { get; } = [];
    }

    [GeneratedRegex(@"^(\S+://|/)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProbablyPath();

    [GeneratedRegex("^[a-z0-9!#$%&'*+.^_`|~-]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    [GeneratedRegex(":splat($|[^A-Za-z0-9_])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Splat();
}
