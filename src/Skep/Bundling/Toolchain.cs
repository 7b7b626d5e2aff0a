using System.Runtime.InteropServices;

namespace Skep.Bundling;

/// <summary>Where the pinned node and the build service are.</summary>
/// <param name="Node">The node executable.</param>
/// <param name="BuildService">The build service's main script.</param>
internal sealed record Toolchain(string Node, string BuildService)
{
    /// <summary>Finds them from the folder of this program: packages are in a folder above it, as node itself resolves them.</summary>
    public static Toolchain Locate()
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var package = Path.Combine("node_modules", $"node-linux-{architecture}", "bin", "node");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var node = Path.Combine(folder.FullName, package);
            if (File.Exists(node)) return new Toolchain(node, Path.Combine(AppContext.BaseDirectory, "build-service", "main.mjs"));
        }

        throw new FileNotFoundException($"No {package} above {AppContext.BaseDirectory}: run build/setup.sh.");
    }
}
