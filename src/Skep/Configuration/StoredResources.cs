using System.Collections.Immutable;

namespace Skep.Configuration;

/// <summary>What a project keeps, as its configuration names it.</summary>
/// <param name="Location">The project.</param>
/// <param name="Namespaces">Its KV namespaces.</param>
/// <param name="Databases">Its D1 databases.</param>
/// <param name="Buckets">Its R2 buckets.</param>
internal sealed record StoredResources(
    ProjectLocation Location, ImmutableArray<StoredNamespace> Namespaces, ImmutableArray<StoredDatabase> Databases, ImmutableArray<StoredBucket> Buckets)
{
    /// <summary>How the configuration is called in messages.</summary>
    public string FileName => Location.ConfigFile is { } file ? Path.GetFileName(file) : "wrangler.jsonc";

    public static StoredResources Read(ProjectLocation location, ConfigSection section) =>
        new(location, [.. ReadNamespaces(section)], [.. ReadDatabases(section)], [.. ReadBuckets(section)]);

    public static IEnumerable<StoredNamespace> ReadNamespaces(ConfigSection section)
    {
        foreach (var each in section.Sections("kv_namespaces", "binding", "id", "preview_id", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"KV\".");
            if (each.String("binding") is { } binding) yield return new StoredNamespace(binding, each.String("id"), each.String("preview_id"));
        }
    }

    public static IEnumerable<StoredDatabase> ReadDatabases(ConfigSection section)
    {
        foreach (var each in section.Sections(
            "d1_databases", "binding", "database_name", "database_id", "preview_database_id", "migrations_table", "migrations_dir", "migrations_pattern",
            "database_internal_env", "jurisdiction", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"DB\".");
            if (each.String("binding") is not { } binding) continue;
            yield return new StoredDatabase(binding, each.String("database_name"), each.String("preview_database_id") ?? each.String("database_id") ?? binding)
            {
                MigrationsFolder = each.String("migrations_dir"),
                MigrationsPattern = each.String("migrations_pattern"),
                MigrationsTable = each.String("migrations_table") is { Length: > 0 } table ? table : StoredDatabase.DefaultMigrationsTable,
            };
        }
    }

    public static IEnumerable<StoredBucket> ReadBuckets(ConfigSection section)
    {
        foreach (var each in section.Sections("r2_buckets", "binding", "bucket_name", "preview_bucket_name", "jurisdiction", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"BUCKET\".");
            if (each.String("binding") is { } binding) yield return new StoredBucket(binding, each.String("bucket_name"), each.String("preview_bucket_name"));
        }
    }
}

// What is used in development is as with wrangler: the preview's, and one named after the binding when the configuration names none.

/// <summary>A KV namespace of a project.</summary>
/// <param name="Binding">The variable.</param>
/// <param name="Id">Its id when deployed.</param>
/// <param name="PreviewId">The id of another for development.</param>
internal sealed record StoredNamespace(string Binding, string? Id, string? PreviewId)
{
    /// <summary>The one that is used in development.</summary>
    public string Local => PreviewId ?? Id ?? Binding;
}

/// <summary>A D1 database of a project.</summary>
/// <param name="Binding">The variable.</param>
/// <param name="Name">What it is called when deployed.</param>
/// <param name="Local">The one that is used in development.</param>
internal sealed record StoredDatabase(string Binding, string? Name, string Local)
{
    public const string DefaultMigrationsTable = "d1_migrations";

    /// <summary>The folder of its migrations, as it is written; null when it is not.</summary>
    public string? MigrationsFolder { get; init; }

    /// <summary>Which files are migrations, as it is written; null when it is not.</summary>
    public string? MigrationsPattern { get; init; }

    /// <summary>Where it is noted which of them were applied.</summary>
    public string MigrationsTable { get; init; } = DefaultMigrationsTable;
}

/// <summary>An R2 bucket of a project.</summary>
/// <param name="Binding">The variable.</param>
/// <param name="Name">Its name when deployed.</param>
/// <param name="PreviewName">The name of another for development.</param>
internal sealed record StoredBucket(string Binding, string? Name, string? PreviewName)
{
    /// <summary>The one that is used in development.</summary>
    public string Local => PreviewName ?? Name ?? Binding;
}
