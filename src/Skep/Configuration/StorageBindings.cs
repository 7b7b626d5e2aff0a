using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>The bindings to what the platform keeps or counts: <c>kv_namespaces</c>, <c>d1_databases</c>, <c>r2_buckets</c>, <c>ratelimits</c>, <c>workflows</c>.</summary>
internal static class StorageBindings
{
    public static IEnumerable<Binding> Read(ConfigSection section, List<Diagnostic> diagnostics) =>
    [
        .. StoredResources.ReadNamespaces(section).Select(each => new KvNamespaceBinding(each.Binding, each.Local)),
        .. StoredResources.ReadDatabases(section).Select(each => new D1DatabaseBinding(each.Binding, each.Local)),
        .. StoredResources.ReadBuckets(section).Select(each => new R2BucketBinding(each.Binding, each.Local)),
        .. RateLimits(section, diagnostics),
        .. Workflows(section, diagnostics),
    ];

    private static IEnumerable<Binding> Workflows(ConfigSection section, List<Diagnostic> diagnostics)
    {
        foreach (var each in section.Sections("workflows", "binding", "name", "class_name", "script_name", "limits", "concurrency", "schedules", "default_retention", "jurisdiction", "remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"MY_WORKFLOW\".");
            each.Require("name", "Name the Workflow: \"name\": \"my-workflow\".");
            each.Require("class_name", "Name the exported class that extends WorkflowEntrypoint: \"class_name\": \"MyWorkflow\".");
            if (each.Has("script_name"))
            {
                diagnostics.Add(Diagnostic.Warning($"\"{each.Full("script_name")}\" is left out here: each project runs its own Workflows in development. Deploy both Workers to try it", each.PositionOf("script_name")));
                continue;
            }

            if (!each.OneOrMoreStrings("schedules").IsEmpty)
                diagnostics.Add(Diagnostic.Warning($"\"{each.Full("schedules")}\" is left out here, and refused when deployed", each.PositionOf("schedules"), "Give the Worker a cron trigger that creates the instance."));
            var steps = each.Section("limits", "steps") is { } limits ? Steps(limits, diagnostics) : null;
            if (each.String("binding") is { } binding && each.String("name") is { } name && each.String("class_name") is { } className)
                yield return new WorkflowBinding(binding, name, className) { StepLimit = steps };
        }
    }

    private static int? Steps(ConfigSection limits, List<Diagnostic> diagnostics)
    {
        var steps = limits.Integer("steps", 1);
        if (steps <= WorkflowRules.MostSteps) return (int)steps;
        if (steps is not null) diagnostics.Add(Diagnostic.Error($"\"{limits.Full("steps")}\" must be at most {WorkflowRules.MostSteps}, but is {steps}", limits.PositionOf("steps")));
        return null;
    }

    private static IEnumerable<Binding> RateLimits(ConfigSection section, List<Diagnostic> diagnostics)
    {
        foreach (var each in section.Sections("ratelimits", "name", "namespace_id", "simple"))
        {
            each.Require("name", "Name the variable: \"name\": \"LIMITER\".");
            each.Require("namespace_id", "Give a number as text, the same for those that share their counters: \"namespace_id\": \"1001\".");
            each.Require("simple", "Say how much: \"simple\": { \"limit\": 100, \"period\": 60 }.");
            if (each.Section("simple", "limit", "period") is not { } simple) continue;
            simple.Require("limit", "Say how many: \"limit\": 100.");
            simple.Require("period", "Say in how many seconds, 10 or 60: \"period\": 60.");
            var (limit, period) = (simple.Integer("limit", 1), simple.Integer("period", 1));
            if (period is { } given && !RateLimitPeriods.IsOne(given))
            {
                diagnostics.Add(Diagnostic.Error($"\"{simple.Full("period")}\" must be 10 or 60, but is {given}", simple.PositionOf("period")));
            }
            else if (each.String("name") is { } name && each.String("namespace_id") is { } id && limit is { } most && period is { } seconds)
            {
                yield return new RateLimitBinding(name, id, most, (int)seconds);
            }
        }
    }
}
