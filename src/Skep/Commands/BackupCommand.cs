using Skep.Backups;
using Skep.CommandLine;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep backup</c>.</summary>
internal static class BackupCommand
{
    public static async Task RunAsync(ParsedArguments arguments, Terminal terminal)
    {
        var to = arguments.Value("to") ?? throw new UsageException("--to PATH is missing: a new folder, or a new archive that ends in .tar or .tar.gz.");
        var folder = DataArguments.Folder(arguments);
        if (!Directory.Exists(folder)) throw new UsageException($"--data: there is no folder {folder}.");
        var manifest = Backup.Write(folder, Path.TrimEndingDirectorySeparator(Path.GetFullPath(to)), TimeProvider.System.GetUtcNow());
        await terminal.WriteAsync(style =>
            $"{style.Green("✓")} {manifest.Files.Count} files, {manifest.Files.Sum(file => file.Size) >> 10} KB in {to}\n  The key of the secrets is in it: keep it as safe as the server itself. skep restore --from {to} makes a data folder of it.");
    }
}
