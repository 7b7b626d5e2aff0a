using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Objects;
using Skep.Edge.Assets;
using Skep.Edge.Caching;
using Skep.Edge.Origins;
using Skep.Edge.Outbound;
using Skep.Edge.Transport;
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
    /// <param name="assets">Reads uploaded static assets; null when there can be none.</param>
    /// <param name="development">True when the machine's own services, and those near it, are the author's own: workers may reach them.</param>
    /// <param name="stores">Where Workers keep things.</param>
    /// <param name="origins">The servers behind zones.</param>
    /// <param name="cacheFolder">Where the cache is kept over restarts; null when it need not be.</param>
    /// <param name="propagateTraces">True when origins are told the trace that a request belongs to.</param>
    /// <param name="processes">How many processes share the machine's processors and memory.</param>
    /// <param name="cachePeers">The other processes, which share the cache folder; null when there are none.</param>
    /// <param name="workflows">The Workflows of projects under development; null when the server has its own.</param>
    public static WorkerPlatform Create(
        Terminal terminal,
        LogLevel level,
        bool named,
        bool development,
        WorkerStores stores,
        AssetBodies? assets = null,
        ZoneOrigins? origins = null,
        string? cacheFolder = null,
        bool propagateTraces = false,
        int processes = 1,
        ICachePeers? cachePeers = null,
        ProjectWorkflows? workflows = null)
    {
        var sources = new SourceMapRegistry();
        var loops = new EventLoopGroup(Math.Max(1, (Environment.ProcessorCount + processes - 1) / processes));
        var http = new HttpSubrequestChannel(
            new OutboundOptions { AllowLoopback = development, AllowPrivate = development, Origins = origins ?? ZoneOrigins.Empty }, loops);
        var share = _cache with { MemoryBytes = _cache.MemoryBytes / processes };
        var cache = new CacheStore(cacheFolder is null ? share : share with { IsPersistent = true, Folder = cacheFolder }, TimeProvider.System, cachePeers);

        // Who changes files and looks at the result does not want to see the old ones: in development only what is asked for is cached.
        var outbound = new CachingChannel(http, cache, byExtension: !development, TimeProvider.System);
        return new WorkerPlatform(
            terminal,
            sources,
            new WorkerObserver(terminal, sources, level, named),
            new SpannedChannel(outbound, propagateTraces),
            cache,
            () => new WorkerRuntime(new RuntimeOptions { SnapshotPath = SnapshotPath, IdleMemoryBytes = IdleMemoryBytes / processes }))
        {
            Stores = stores,
            ProjectWorkflows = workflows is null ? null : workflows.ForAsync,
            Assets = assets,
            Loops = loops,
        };
    }

    /// <summary>Tells the operator that stored data failed.</summary>
    public static Action<Exception> OnStorageFailure(Terminal terminal) =>
        failure => terminal.Offer(isError: true, style => $"{style.Red("✘ Storage failed:")} {failure.Message}");
}
