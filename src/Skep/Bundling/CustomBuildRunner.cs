using System.Diagnostics;
using Skep.Configuration;
using Skep.Diagnostics;

namespace Skep.Bundling;

/// <summary>Runs a project's own build command; its output goes where ours goes.</summary>
internal static class CustomBuildRunner
{
    /// <exception cref="DiagnosticException">It failed.</exception>
    public static async Task RunAsync(CustomBuild build, CancellationToken cancellation)
    {
        if (!Directory.Exists(build.Folder))
        {
            throw new DiagnosticException(Diagnostic.Error($"\"build.cwd\" names {build.Folder}, which does not exist"));
        }

        ProcessStartInfo start = new("/bin/sh", ["-c", build.Command]) { WorkingDirectory = build.Folder };
        start.Environment["PATH"] = SearchPath(build.Folder);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new DiagnosticException(Diagnostic.Error(
                $"The build command \"{build.Command}\" failed with exit status {process.ExitCode}",
                remedy: $"Run it by hand in {build.Folder}."));
        }
    }

    // The programs of the project's packages come first, as when npm runs a command: nobody starts us by npm.
    private static string SearchPath(string folder)
    {
        List<string> places = [];
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            places.Add(Path.Combine(at, "node_modules", ".bin"));
        }

        if (Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } others) places.Add(others);
        return string.Join(':', places);
    }
}
