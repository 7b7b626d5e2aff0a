using System.Diagnostics;
using System.Text;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests;

/// <summary>The runtime that the tests share, and others on the same startup snapshot. The snapshot is made once, from the
/// web-API layer as it is in the tree.</summary>
internal static class TestRuntime
{
    private static readonly Lazy<string> SnapshotFile = new(Build);

    private static readonly Lazy<WorkerRuntime> TheOne = new(() => New());

    private static readonly Lazy<WorkerRuntime> TheNarrow = new(() => New(with: options => options with { IsolatesPerWorker = 1 }));

    /// <summary>The shared one, in real time.</summary>
    public static WorkerRuntime Shared => TheOne.Value;

    /// <summary>One, shared too, whose workers have one isolate each: what a request leaves behind there, the next one finds.</summary>
    public static WorkerRuntime OneIsolate => TheNarrow.Value;

    /// <summary>One of a test's own.</summary>
    public static WorkerRuntime New(TimeProvider? time = null, Func<RuntimeOptions, RuntimeOptions>? with = null)
    {
        RuntimeOptions options = new() { SnapshotPath = SnapshotFile.Value, WarmIsolates = 1 };
        return new WorkerRuntime(with?.Invoke(options) ?? options, time);
    }

    /// <summary>A folder of the repository.</summary>
    public static string InTree(params string[] path) => Path.GetFullPath(Path.Combine([AppContext.BaseDirectory, "../../../..", .. path]));

    private static string Build()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "layer");
        Directory.CreateDirectory(folder);
        var script = Path.Combine(folder, $"skep.{Environment.ProcessId}.js");
        var snapshot = Path.Combine(folder, $"skep.{Environment.ProcessId}.snapshot");
        var library = Path.ChangeExtension(snapshot, ".nodelib");
        Run(InTree("js", "build.mjs"), "--out", script);
        Run(InTree("js", "node", "build.mjs"), "--out", library);
        WorkerRuntime.BuildSnapshot(script, snapshot);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            File.Delete(script);
            File.Delete(script + ".map");
            File.Delete(snapshot);
            File.Delete(library);
        };
        return snapshot;
    }

    private static void Run(string script, params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [script, .. arguments]) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{Path.GetFileName(script)} failed: {errors}");
    }
}
