using System.Collections.Frozen;
using System.Collections.Immutable;
using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>What the author of a site says beside its files: <c>_headers</c>, <c>_redirects</c>, and which paths the Worker gets first.</summary>
internal sealed class AssetRules
{
    private readonly ImmutableArray<HeaderRule> _headers;
    private readonly FrozenDictionary<string, RedirectsFile.Rule> _static;
    private readonly ImmutableArray<(RulePattern Pattern, RedirectsFile.Rule Rule)> _dynamic;
    private readonly WorkerFirstRules _workerFirst;

    /// <exception cref="InvalidDataException">The rules of <c>run_worker_first</c> are malformed.</exception>
    public AssetRules(AssetConfiguration configuration)
    {
        RedirectsFile redirects = RedirectsFile.Parse(configuration.Redirects, configuration.HtmlHandling);
        _headers = [.. HeadersFile.Parse(configuration.Headers).Rules.Select(HeaderRule.Of).OfType<HeaderRule>()];
        _static = redirects.Rules.Where(rule => !rule.IsDynamic).ToFrozenDictionary(rule => rule.From, StringComparer.Ordinal);
        _dynamic =
        [
            .. redirects.Rules.Where(rule => rule.IsDynamic)
                .Select(rule => (Pattern: RulePattern.Parse(rule.From), Rule: rule))
                .Where(each => each.Pattern is not null).Select(each => (each.Pattern!, each.Rule)),
        ];
        _workerFirst = configuration.WorkerFirst.IsEmpty
            ? WorkerFirstRules.None
            : WorkerFirstRules.Parse(configuration.WorkerFirst, out string problem) ?? throw new InvalidDataException(problem);
    }

    /// <summary>True when there are no redirects.</summary>
    public bool HasRedirects => _static.Count > 0 || !_dynamic.IsEmpty;

    /// <summary>True when there are custom headers.</summary>
    public bool HasHeaders => !_headers.IsEmpty;

    /// <summary>True when some paths are the Worker's.</summary>
    public bool HasWorkerFirst => !_workerFirst.Include.IsEmpty;

    /// <summary>Who gets the path first, whatever the assets are; null when no rule says so.</summary>
    public bool? IsWorkersFirst(ReadOnlySpan<char> path)
    {
        foreach (string rule in _workerFirst.Exclude)
        {
            if (Glob.Matches(rule, path)) return false;
        }

        foreach (string rule in _workerFirst.Include)
        {
            if (Glob.Matches(rule, path)) return true;
        }

        return null;
    }

    /// <summary>Where the path is redirected to, and with which status (200: its place is taken, and nobody is told); null for nowhere.</summary>
    public (string Target, int Status)? Redirect(string host, string path)
    {
        if (_static.TryGetValue(path, out RedirectsFile.Rule? found)) return (found.To, found.Status);
        foreach ((RulePattern pattern, RedirectsFile.Rule rule) in _dynamic)
        {
            if (pattern.Match(host, path) is not { } parts) continue;
            string target = RulePattern.Replace(rule.To, parts).Trim();
            return (target.Contains("://", StringComparison.Ordinal) ? target : WithoutEmptySegments(target), rule.Status);
        }

        return null;
    }

    /// <summary>Applies the custom headers. What is set first takes the place of a header that was there, what is set again is added.</summary>
    public void Apply(string host, string path, List<KeyValuePair<string, string>> headers)
    {
        HashSet<string>? set = null;
        foreach (HeaderRule rule in _headers)
        {
            if (rule.Pattern.Match(host, path) is not { } parts) continue;
            foreach (string name in rule.Rule.Unset) headers.RemoveAll(header => header.Key == name);
            foreach ((string name, string value) in rule.Rule.Set)
            {
                if ((set ??= new HashSet<string>(StringComparer.Ordinal)).Add(name)) headers.RemoveAll(header => header.Key == name);
                headers.Add(new(name, RulePattern.Replace(value, parts)));
            }
        }
    }

    // Two slashes at the beginning would be another host.
    private static string WithoutEmptySegments(string target)
    {
        while (target.Contains("//", StringComparison.Ordinal)) target = target.Replace("//", "/", StringComparison.Ordinal);
        return target;
    }

    private sealed record HeaderRule(RulePattern Pattern, HeadersFile.Rule Rule)
    {
        public static HeaderRule? Of(HeadersFile.Rule rule) => RulePattern.Parse(rule.Pattern) is { } pattern ? new HeaderRule(pattern, rule) : null;
    }
}
