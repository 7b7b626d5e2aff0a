using Skep.Configuration;
using Skep.Diagnostics;

namespace Skep.Hosting;

/// <summary>One worker of a folder of workers: a file, or a folder with a project.</summary>
/// <param name="Name">The file's name without its extension, or the folder's.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="IsFolder">Which of both.</param>
internal sealed record WorkerFolderEntry(string Name, string Path, bool IsFolder)
{
    private static readonly string[] Extensions = [".js", ".mjs", ".jsx", ".ts", ".mts", ".tsx"];

    /// <summary>True when the file needs no translation, whatever it holds.</summary>
    public bool IsPlainScript => !IsFolder && System.IO.Path.GetExtension(Path) is ".js" or ".mjs";

    /// <exception cref="DiagnosticException">It is a folder without a project.</exception>
    public ProjectLocation Locate() => IsFolder
        ? ProjectLocation.InFolder(Path)
        : new ProjectLocation(null, Path, System.IO.Path.GetDirectoryName(Path)!);

    /// <summary>All workers of the folder by name, and what is wrong with the rest.</summary>
    public static (Dictionary<string, WorkerFolderEntry> Workers, List<Diagnostic> Problems) Scan(string folder)
    {
        var workers = new Dictionary<string, WorkerFolderEntry>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<Diagnostic>();
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var file = System.IO.Path.GetFileName(path);
            if (file[0] == '.' || file == "node_modules") continue;
            var isFolder = Directory.Exists(path);
            if (!isFolder && !IsWorkerFile(file)) continue;
            if (isFolder && !HoldsProject(path)) continue;

            var name = isFolder ? file : System.IO.Path.GetFileNameWithoutExtension(file);
            if (!WorkerNames.IsValid(name))
            {
                problems.Add(Diagnostic.Warning(
                    $"{file} is skipped: its name cannot be a host name", remedy: "Use letters, digits, hyphens and underscores."));
            }
            else if (!workers.TryAdd(name, new WorkerFolderEntry(name, path, isFolder)))
            {
                problems.Add(Diagnostic.Warning(
                    $"{file} is skipped: {System.IO.Path.GetFileName(workers[name].Path)} is called {name} already", remedy: "Rename one of them."));
            }
        }

        return (workers, problems);
    }

    private static bool IsWorkerFile(string file) =>
        Extensions.Contains(System.IO.Path.GetExtension(file)) && !file.EndsWith(".d.ts", StringComparison.Ordinal);

    private static bool HoldsProject(string folder)
    {
        try
        {
            _ = ProjectLocation.InFolder(folder);
            return true;
        }
        catch (DiagnosticException)
        {
            return false;
        }
    }
}
