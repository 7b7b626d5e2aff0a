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

        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", build.Command]) { WorkingDirectory = build.Folder })!;
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new DiagnosticException(Diagnostic.Error(
                $"The build command \"{build.Command}\" failed with exit status {process.ExitCode}",
                remedy: $"Run it by hand in {build.Folder}."));
        }
    }
}
