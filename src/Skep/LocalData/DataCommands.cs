using Skep.CommandLine;

namespace Skep.LocalData;

/// <summary>The commands about the data of projects under development, with the names and arguments that wrangler has for them.</summary>
internal static class DataCommands
{
    public static readonly IReadOnlyList<CommandGroup> Groups =
    [
        new("d1", "Query, migrate and export the D1 databases of a project"),
        new("kv", "Read and write the KV namespaces of a project"),
        new("r2", "Read and write the R2 buckets of a project"),
    ];

    public static readonly IReadOnlyList<DataCommand> All = [.. D1Commands.All, .. D1MigrationCommands.All, .. KvCommands.All, .. R2Commands.All];
}
