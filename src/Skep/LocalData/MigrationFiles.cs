using System.Globalization;
using Microsoft.Extensions.FileSystemGlobbing;
using Skep.CommandLine;
using Skep.Configuration;

namespace Skep.LocalData;

/// <summary>The migrations of a database: files of SQL, in the order of their names.</summary>
internal sealed class MigrationFiles
{
    private const string DefaultFolder = "migrations";

    private readonly StoredDatabase _database;
    private readonly string _configuration;
    private readonly string _folder;
    private readonly string _pattern;

    /// <exception cref="UsageException">The configuration contradicts itself.</exception>
    public MigrationFiles(StoredResources stored, StoredDatabase database)
    {
        (_database, _configuration) = (database, stored.FileName);
        _folder = Normal(database.MigrationsFolder ?? DefaultFolder);
        Path = System.IO.Path.GetFullPath(_folder, stored.Location.Root);
        if (database.MigrationsPattern is null)
        {
            _pattern = "*.sql";
            return;
        }

        var pattern = Normal(database.MigrationsPattern);
        if (database.MigrationsFolder is null)
            throw new UsageException($"\"migrations_pattern\" is set in {_configuration} without \"migrations_dir\". Add the folder that it begins with: \"migrations_dir\": \"{DefaultFolder}\".");
        if (_folder != "." && !pattern.StartsWith($"{_folder}/", StringComparison.Ordinal))
            throw new UsageException($"\"migrations_pattern\": \"{pattern}\" in {_configuration} must begin with \"{_folder}/\", as \"migrations_dir\" says: for example \"{_folder}/*.sql\".");
        if (pattern.AsSpan().IndexOfAny("?[{!") >= 0)
            throw new UsageException($"\"migrations_pattern\": \"{pattern}\" in {_configuration} has a wildcard that is unknown here: use * for a part of a name and ** for folders.");
        _pattern = _folder == "." ? pattern : pattern[(_folder.Length + 1)..];
    }

    /// <summary>Their folder.</summary>
    public string Path { get; }

    /// <summary>Their paths, relative to the folder.</summary>
    /// <exception cref="UsageException">There is no such folder.</exception>
    public IReadOnlyList<string> List()
    {
        if (!Directory.Exists(Path))
        {
            var hint = _database.MigrationsFolder is null ? $" Set `migrations_dir` in your {_configuration} file to choose a different path." : "";
            throw new UsageException($"No migrations present at {Path}.{hint} `skep d1 migrations create` makes the first.");
        }

        return [.. Matcher().GetResultsInFullPath(Path).Select(file => System.IO.Path.GetRelativePath(Path, file)).Where(IsVisible).OrderBy(path => path.Split('/'), MigrationOrder.Instance)];
    }

    /// <summary>Makes a file for a new migration.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="UsageException">It cannot be called so.</exception>
    public string Create(string message, DateTimeOffset now)
    {
        if (message.AsSpan().IndexOfAny('/', '\\') >= 0) throw new UsageException($"The migration name \"{message}\" contains a path separator (\"/\" or \"\\\"). Please remove this and try again.");
        var number = (Directory.Exists(Path) ? List() : []).Select(path => MigrationOrder.Number(path) ?? 0).DefaultIfEmpty().Max() + 1;
        var name = string.Create(CultureInfo.InvariantCulture, $"{number:D4}_{message.Replace(' ', '_')}.sql");
        if (!Matcher().Match(name).HasMatches)
            throw new UsageException($"The new migration would be {_folder}/{name}, which does not match \"migrations_pattern\" in {_configuration}: let the tool make it that the pattern is for (such as drizzle-kit), or change the pattern to \"{_folder}/*.sql\".");
        Directory.CreateDirectory(Path);
        var path = System.IO.Path.Combine(Path, name);
        using StreamWriter file = new(new FileStream(path, FileMode.CreateNew));
        file.Write(string.Create(CultureInfo.InvariantCulture, $"-- Migration number: {number:D4} \t {now.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}\n"));
        return path;
    }

    private Matcher Matcher() => new Matcher(StringComparison.Ordinal).AddInclude(_pattern);

    // As shells have it: * means no hidden file.
    private static bool IsVisible(string path) => path.Split('/').All(part => part[0] != '.');

    private static string Normal(string path)
    {
        var parts = path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        return parts.Length == 0 ? "." : string.Join('/', parts);
    }
}
