using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>The bindings to what the platform keeps or counts: <c>kv_namespaces</c>, <c>r2_buckets</c>, <c>ratelimits</c>.</summary>
internal static class StorageBindings
{
    public static IEnumerable<Binding> Read(ConfigSection section, List<Diagnostic> diagnostics) =>
        [.. KvNamespaces(section), .. R2Buckets(section), .. RateLimits(section, diagnostics)];

    // As wrangler: locally the preview's namespace, and one named after the binding when there is no id at all.
    private static IEnumerable<Binding> KvNamespaces(ConfigSection section)
    {
        foreach (var each in section.Sections("kv_namespaces", "binding", "id", "preview_id", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"KV\".");
            if (each.String("binding") is { } name) yield return new KvNamespaceBinding(name, each.String("preview_id") ?? each.String("id") ?? name);
        }
    }

    // As wrangler: locally the preview's bucket, and one named after the binding when there is no name at all.
    private static IEnumerable<Binding> R2Buckets(ConfigSection section)
    {
        foreach (var each in section.Sections("r2_buckets", "binding", "bucket_name", "preview_bucket_name", "jurisdiction", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"BUCKET\".");
            if (each.String("binding") is { } name) yield return new R2BucketBinding(name, each.String("preview_bucket_name") ?? each.String("bucket_name") ?? name);
        }
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
