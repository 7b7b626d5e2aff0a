using System.Diagnostics;
using System.Text.Json;

namespace Skep.EndToEnd.Tests.Examples;

/// <summary>A folder of examples/.</summary>
internal sealed class Example(string name)
{
    private static readonly SemaphoreSlim Installing = new(1);
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public string Folder { get; } = Path.Combine(Repository.Root, "examples", name);

    public IReadOnlyList<ExampleRequest> Requests => Read<ExampleRequest>("requests.json");

    /// <summary>What the origin behind it answers; null when it has none.</summary>
    public IReadOnlyList<ExampleRoute>? Origin => File.Exists(Path.Combine(Folder, "origin.json")) ? Read<ExampleRoute>("origin.json") : null;

    /// <summary>The folders that have requests.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "requests.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal);

    /// <summary>Installs its packages from the lock file, as its user would, unless they are there.</summary>
    public async Task InstallPackages(CancellationToken cancellation)
    {
        await Installing.WaitAsync(cancellation);
        try
        {
            await InstallMissingPackages(cancellation);
        }
        finally
        {
            Installing.Release();
        }
    }

    private async Task InstallMissingPackages(CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(Folder, "package-lock.json")) || Directory.Exists(Path.Combine(Folder, "node_modules"))) return;
        ProcessStartInfo start = new("npm", ["ci", "--no-audit", "--no-fund", "--fetch-retries=5"])
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var output = npm.StandardOutput.ReadToEndAsync(cancellation);
        var errors = npm.StandardError.ReadToEndAsync(cancellation);
        await npm.WaitForExitAsync(cancellation);
        Assert.True(npm.ExitCode == 0, $"npm ci failed in {Folder}\n{await output}{await errors}");
    }

    private List<T> Read<T>(string file) => JsonSerializer.Deserialize<List<T>>(File.ReadAllText(Path.Combine(Folder, file)), Web)!;
}
