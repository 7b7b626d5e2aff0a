using Skep.Backups;
using Skep.CommandLine;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep restore</c>.</summary>
internal static class RestoreCommand
{
    public static async Task RunAsync(ParsedArguments arguments, Terminal terminal)
    {
        var from = arguments.Value("from") ?? throw new UsageException("--from PATH is missing: the folder or archive that skep backup wrote.");
        var folder = DataArguments.Folder(arguments);
        var manifest = Backup.Restore(Path.TrimEndingDirectorySeparator(Path.GetFullPath(from)), folder);
        await terminal.WriteAsync(style => $"{style.Green("✓")} {folder} is as it was on {manifest.Made:yyyy-MM-dd HH:mm:ss} UTC. Start the server with skep serve --data {folder}");
    }
}
