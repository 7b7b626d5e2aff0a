using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>The bindings to what the platform keeps or counts: <c>kv_namespaces</c>, <c>d1_databases</c>, <c>ratelimits</c>.</summary>
internal static class StorageBindings
{
    public static IEnumerable<Binding> Read(ConfigSection section, List<Diagnostic> diagnostics) =>
        [.. KvNamespaces(section), .. D1Databases(section), .. RateLimits(section, diagnostics)];

    // As wrangler: locally the preview's namespace, and one named after the binding when there is no id at all.
    private static IEnumerable<Binding> KvNamespaces(ConfigSection section)
    {
        foreach (var each in section.Sections("kv_namespaces", "binding", "id", "preview_id", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"KV\".");
            if (each.String("binding") is { } name) yield return new KvNamespaceBinding(name, each.String("preview_id") ?? each.String("id") ?? name);
        }
    }

    // As wrangler: locally the preview's database, and one named after the binding when there is no id at all.
    private static IEnumerable<Binding> D1Databases(ConfigSection section)
    {
        foreach (var each in section.Sections(
            "d1_databases", "binding", "database_name", "database_id", "preview_database_id", "migrations_table", "migrations_dir", "migrations_pattern",
            "database_internal_env", "jurisdiction", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"DB\".");
            if (each.String("binding") is { } name) yield return new D1DatabaseBinding(name, each.String("preview_database_id") ?? each.String("database_id") ?? name);
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
