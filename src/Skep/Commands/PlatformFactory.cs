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
    /// <summary>Beside the program, where the build puts it.</summary>
    public static string SnapshotPath { get; } = Path.Combine(AppContext.BaseDirectory, "skep.snapshot");

    /// <param name="named">True when several workers share the output.</param>
    /// <param name="development">True when the machine's own services, and those near it, are the author's own: workers may reach them.</param>
    /// <param name="propagateTraces">True when origins are told the trace that a request belongs to.</param>
    public static WorkerPlatform Create(Terminal terminal, LogLevel level, bool named, bool development, bool propagateTraces = false)
    {
        var sources = new SourceMapRegistry();
        var outbound = new HttpSubrequestChannel(new OutboundOptions { AllowLoopback = development, AllowPrivate = development });
        return new WorkerPlatform(
            terminal,
            sources,
            new WorkerObserver(terminal, sources, level, named),
            new SpannedChannel(outbound, propagateTraces),
            new CacheStore(new CacheOptions(), TimeProvider.System),
            () => new WorkerRuntime(new RuntimeOptions { SnapshotPath = SnapshotPath }));
    }
}
