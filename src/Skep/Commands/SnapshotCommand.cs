using Skep.CommandLine;
using Skep.Runtime;

namespace Skep.Commands;

/// <summary><c>skep snapshot</c>: the build's last step.</summary>
internal static class SnapshotCommand
{
    public static void Run(ParsedArguments arguments)
    {
        var layer = arguments.Value("layer") ?? throw new UsageException("--layer FILE is missing: the bundled web-API layer.");
        WorkerRuntime.BuildSnapshot(layer, arguments.Value("out") ?? PlatformFactory.SnapshotPath);
    }
}
