using System.Collections.Frozen;

namespace Skep.Configuration;

/// <summary>The keys of a wrangler configuration, by what Skep does with them
/// (https://developers.cloudflare.com/workers/wrangler/configuration/).</summary>
internal static class KnownKeys
{
    /// <summary>Honoured, and inherited by environments that do not set them.</summary>
    public static readonly FrozenSet<string> Inheritable = FrozenSet.Create(
        "name", "main", "compatibility_date", "compatibility_flags", "find_additional_modules", "preserve_file_names",
        "base_dir", "tsconfig", "jsx_factory", "jsx_fragment", "triggers", "limits", "rules", "build", "no_bundle", "minify",
        "keep_names", "alias", "assets", "migrations", "exports");

    /// <summary>Honoured, but an environment must repeat them.</summary>
    public static readonly FrozenSet<string> NotInheritable = FrozenSet.Create("vars", "define", "services", "kv_namespaces", "r2_buckets", "ratelimits", "workflows", "d1_databases", "queues",
        "hyperdrive", "analytics_engine_datasets", "vectorize", "ai", "send_email", "dispatch_namespaces", "tail_consumers", "worker_loaders", "durable_objects");

    /// <summary>Mean something only when deploying, or to wrangler itself.</summary>
    public static readonly FrozenSet<string> DeployOnly = FrozenSet.Create(
        "$schema", "account_id", "workers_dev", "preview_urls", "routes", "route", "first_party_worker", "logpush",
        "upload_source_maps", "placement", "observability", "compliance_region", "previews", "keep_vars", "legacy_env",
        "send_metrics", "dev", "secrets", "logfwdr", "cloudchamber",
        "pages_build_output_dir");

    /// <summary>Products that Skep has not got yet: code that uses them finds nothing in <c>env</c>.</summary>
    public static readonly FrozenSet<string> NotYet = FrozenSet.Create(
        "containers",
        "streaming_tail_consumers", "ai_search_namespaces", "ai_search",
        "browser", "images", "media", "stream", "version_metadata", "unsafe",
        "mtls_certificates", "pipelines", "secrets_store_secrets", "artifacts", "unsafe_hello_world",
        "flagship", "vpc_services", "vpc_networks", "site", "wasm_modules", "text_blobs",
        "data_blobs", "python_modules");

    /// <summary>Every key that may stand at the top level.</summary>
    public static readonly FrozenSet<string> TopLevel =
        [.. Inheritable, .. NotInheritable, .. DeployOnly, .. NotYet, "env"];
}
