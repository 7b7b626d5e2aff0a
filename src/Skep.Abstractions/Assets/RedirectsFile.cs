using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Skep.Abstractions.Assets;

/// <summary>A <c>_redirects</c> file (https://developers.cloudflare.com/workers/static-assets/redirects/): a line for each rule, from where, to
/// where, and with which status.</summary>
public sealed partial record RedirectsFile(ImmutableArray<RedirectsFile.Rule> Rules, ImmutableArray<FileProblem> Problems)
{
    private static readonly ImmutableArray<int> Statuses = [200, 301, 302, 303, 307, 308];

    /// <summary>One rule.</summary>
    /// <param name="From">A path; with <see cref="IsDynamic"/>, <c>*</c> and <c>:name</c> stand for parts of it.</param>
    /// <param name="To">A path, or a URL with <c>https</c>.</param>
    /// <param name="Status">A redirect, or 200: the asset at <paramref name="To"/> answers.</param>
    /// <param name="IsDynamic">False for a rule that is one path; those come first.</param>
    public sealed record Rule(string From, string To, int Status, bool IsDynamic);

    /// <summary>Reads the text. Lines that make no sense do not count, and are in <see cref="Problems"/>.</summary>
    public static RedirectsFile Parse(string text, HtmlHandling htmlHandling)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        var problems = ImmutableArray.CreateBuilder<FileProblem>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (fixedRules, dynamicRules) = (0, 0);
        var lines = new RuleLines(text, problems);
        while (lines.Read())
        {
            var line = lines.Line;
            if (line.Any(character => char.IsControl(character) && character != '\t'))
            {
                lines.Report("The line has a control character.");
                continue;
            }

            // "/a /b#part" has a fragment, "/a /b # why" a comment.
            var words = Spaces().Split(Comment().Replace(line, ""));
            if (words.Length is < 2 or > 3)
            {
                lines.Report($"Expected exactly 2 or 3 whitespace-separated tokens. Got {words.Length}.");
                continue;
            }

            if (RuleUrl.Read(words[0], relative: true, ports: true, tail: false, out var problem) is not { } from)
            {
                lines.Report(problem);
                continue;
            }

            // After the first dynamic rule all are: rules are looked at in their order.
            var isDynamic = dynamicRules > 0 || Variable().IsMatch(from);
            if (!isDynamic && ++fixedRules > AssetLimits.StaticRedirects)
            {
                lines.Report($"Maximum number of static rules supported is {AssetLimits.StaticRedirects}. Skipping line.");
                continue;
            }

            if (isDynamic && ++dynamicRules > AssetLimits.DynamicRedirects)
            {
                lines.Report($"Maximum number of dynamic rules supported is {AssetLimits.DynamicRedirects}. Skipping remaining {lines.Remaining} lines of file.");
                break;
            }

            if (Read(words, from, isDynamic, htmlHandling, out problem) is not { } rule) lines.Report(problem);
            else if (!seen.Add(from)) lines.Report($"Ignoring duplicate rule for path {from}.");
            else rules.Add(rule);
        }

        return new RedirectsFile(rules.ToImmutable(), problems.ToImmutable());
    }

    private static Rule? Read(string[] words, string from, bool isDynamic, HtmlHandling htmlHandling, out string problem)
    {
        if (RuleUrl.Read(words[1], relative: false, ports: true, tail: true, out problem) is not { } to) return null;
        var status = 302;
        if (words.Length == 3 && (!int.TryParse(words[2], out status) || !Statuses.Contains(status)))
        {
            problem = $"Valid status codes are 200, 301, 302 (default), 303, 307, or 308. Got {words[2]}.";
            return null;
        }

        var toIndex = !RuleUrl.HasHost(to) && Index().IsMatch(to);
        if (toIndex && (from.EndsWith("/*", StringComparison.Ordinal) || (from.EndsWith('/') && htmlHandling != HtmlHandling.None)))
        {
            problem = "Infinite loop detected in this rule. This would cause a redirect to strip `.html` or `/index` and end up triggering this rule again.";
            return null;
        }

        if (status == 200 && RuleUrl.HasHost(to))
        {
            problem = $"Proxy (200) redirects can only point to relative paths. Got {to}";
            return null;
        }

        return new Rule(from, to, status, isDynamic);
    }

    [GeneratedRegex(@"\s+#.*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\*|:[A-Za-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("/index(.html)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Index();
}
