using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Where a project is: a configuration file, an entry file, or both.</summary>
/// <param name="ConfigFile">The wrangler file, or null.</param>
/// <param name="Entry">The entry named on the command line or found without a configuration, or null for the configuration's own.</param>
/// <param name="Root">The project's folder.</param>
internal sealed record ProjectLocation(string? ConfigFile, string? Entry, string Root)
{
    private static readonly string[] ConfigNames = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];
    private static readonly string[] EntryFolders = ["", "src"];
    private static readonly string[] EntryNames = ["index", "worker", "main"];
    private static readonly string[] EntryExtensions = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"];

    /// <summary>Finds the project that <paramref name="path"/> (a folder, an entry file or a configuration file) means, or the
    /// one around <paramref name="workingFolder"/> when there is no path.</summary>
    /// <exception cref="DiagnosticException">There is none.</exception>
    public static ProjectLocation Find(string? path, string? configFile, string workingFolder)
    {
        if (configFile is not null)
        {
            var given = Path.GetFullPath(configFile, workingFolder);
            if (!File.Exists(given)) throw new DiagnosticException(Diagnostic.Error($"There is no configuration file {configFile}"));
            var entry = path is null ? null : Path.GetFullPath(path, workingFolder);
            return new ProjectLocation(given, File.Exists(entry) ? entry : null, Path.GetDirectoryName(given)!);
        }

        if (path is null)
        {
            return Around(workingFolder) is { } around
                ? new ProjectLocation(around, null, Path.GetDirectoryName(around)!)
                : InFolder(workingFolder);
        }

        var full = Path.GetFullPath(path, workingFolder);
        if (Directory.Exists(full)) return InFolder(full);
        if (!File.Exists(full))
        {
            throw new DiagnosticException(Diagnostic.Error(
                $"There is no file or folder {path}", remedy: "Name a Worker's file, or a folder with a wrangler.jsonc or an index file."));
        }

        if (ConfigNames.Contains(Path.GetFileName(full))) return new ProjectLocation(full, null, Path.GetDirectoryName(full)!);
        var nearest = Around(Path.GetDirectoryName(full)!);
        return new ProjectLocation(nearest, full, Path.GetDirectoryName(nearest ?? full)!);
    }

    /// <summary>The project in a folder itself.</summary>
    /// <exception cref="DiagnosticException">The folder holds none.</exception>
    public static ProjectLocation InFolder(string folder)
    {
        return ConfigIn(folder) is { } config
            ? new ProjectLocation(config, null, folder)
            : new ProjectLocation(null, EntryIn(folder), folder);
    }

    /// <summary>The entry file that a folder without a "main" has by convention.</summary>
    /// <exception cref="DiagnosticException">It has none.</exception>
    public static string EntryIn(string folder) =>
        EntryFolders
            .SelectMany(_ => EntryNames, (sub, name) => Path.Combine(folder, sub, name))
            .SelectMany(_ => EntryExtensions, (stem, extension) => stem + extension)
            .FirstOrDefault(File.Exists)
        ?? throw new DiagnosticException(Diagnostic.Error(
            $"There is no Worker in {folder}",
            remedy: "Add a wrangler.jsonc with \"main\", or a file index.ts, index.js, src/index.ts or src/index.js."));

    private static string? ConfigIn(string folder) =>
        ConfigNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string? Around(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (ConfigIn(at.FullName) is { } config) return config;
        }

        return null;
    }
}
