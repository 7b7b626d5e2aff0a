using System.Collections.Immutable;

namespace Skep.Abstractions.Assets;

/// <summary>The rules of <c>run_worker_first</c> (https://developers.cloudflare.com/workers/static-assets/routing/worker-script/): the Worker gets requests
/// for the paths of <see cref="Include"/> first, unless one of <see cref="Exclude"/> matches.</summary>
public sealed record WorkerFirstRules(ImmutableArray<string> Include, ImmutableArray<string> Exclude)
{
    /// <summary>No rules.</summary>
    public static WorkerFirstRules None { get; } = new([], []);

    /// <summary>Reads the rules; null with the reason when they are malformed.</summary>
    public static WorkerFirstRules? Parse(IReadOnlyList<string> rules, out string problem)
    {
        problem = rules.Count switch
        {
            0 => "No `run_worker_first` rules were provided; must provide at least 1 rule.",
            > AssetLimits.WorkerFirstRules =>
                $"Too many `run_worker_first` rules were provided; {rules.Count} rules provided exceeds max of {AssetLimits.WorkerFirstRules}.",
            _ => "",
        };
        if (problem.Length > 0) return null;
        var problems = new List<string>();
        foreach (var rule in rules)
        {
            if (rule.StartsWith('/') || rule.StartsWith("!/", StringComparison.Ordinal)) continue;
            problems.Add(rule.StartsWith('!') ? $"'{rule}': negative rules must start with '!/'" : $"'{rule}': rules must start with '/' or '!/'");
        }

        ImmutableArray<string> exclude = [.. rules.Where(rule => rule.StartsWith("!/", StringComparison.Ordinal))];
        ImmutableArray<string> include = [.. rules.Where(rule => rule.StartsWith('/'))];
        if (include.IsEmpty && !exclude.IsEmpty)
        {
            problem = "Only negative `run_worker_first` rules were provided; must provide at least 1 non-negative rule";
            return null;
        }

        Check(include, problems);
        Check(exclude, problems);
        if (problems.Count == 0) return new WorkerFirstRules(include, [.. exclude.Select(rule => rule[1..])]);
        problem = "Invalid routes in `run_worker_first`:\n" + string.Join('\n', problems);
        return null;
    }

    private static void Check(ImmutableArray<string> rules, List<string> problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            if (rule.Length > AssetLimits.WorkerFirstRuleLength)
                problems.Add($"'{rule}': all rules must be less than {AssetLimits.WorkerFirstRuleLength} characters in length");
            if (!seen.Add(rule)) problems.Add($"'{rule}': rule is a duplicate; rules must be unique");
            if (!rule.EndsWith('*')) continue;
            problems.AddRange(rules.Where(other => other != rule && other.StartsWith(rule[..^1], StringComparison.Ordinal))
                .Select(other => $"'{other}': rule '{rule}' makes it redundant"));
        }
    }
}
