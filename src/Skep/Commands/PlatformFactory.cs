using Skep.Edge.Caching;
using Skep.Edge.Outbound;
using Skep.Hosting;
using Skep.Output;
using Skep.Runtime;
using Skep.SourceMaps;

namespace Skep.Commands;

/// <summary>Wires the parts that every serving command needs.</summary>
internal static class PlatformFactory
{
    private const long IdleMemoryBytes = 4L << 30;
    private static readonly CacheOptions _cache = new();

    /// <summary>Beside the program, where the build puts it.</summary>
    public static string SnapshotPath { get; } = Path.Combine(AppContext.BaseDirectory, "skep.snapshot");

    /// <param name="named">True when several workers share the output.</param>
    /// <param name="development">True when the machine's own services, and those near it, are the author's own: workers may reach them.</param>
    /// <param name="processes">How many processes share the machine's memory and disk.</param>
    public static WorkerPlatform Create(Terminal terminal, LogLevel level, bool named, bool development, int processes = 1)
    {
        var sources = new SourceMapRegistry();
        var outbound = new HttpSubrequestChannel(new OutboundOptions { AllowLoopback = development, AllowPrivate = development });
        return new WorkerPlatform(
            terminal,
            sources,
            new WorkerObserver(terminal, sources, level, named),
            outbound,
            new CacheStore(new CacheOptions { MemoryBytes = _cache.MemoryBytes / processes, DiskBytes = _cache.DiskBytes / processes }, TimeProvider.System),
            () => new WorkerRuntime(new RuntimeOptions { SnapshotPath = SnapshotPath, IdleMemoryBytes = IdleMemoryBytes / processes }));
    }
}
