using Skep.Abstractions.Channels;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Metering;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Objects;
using Skep.Abstractions.RateLimiting;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;
using Skep.Bundling;
using Skep.Configuration;
using Skep.Edge.Assets;
using Skep.Edge.Transport;
using Skep.Output;
using Skep.SourceMaps;
using Skep.Storage.RateLimiting;

namespace Skep.Hosting;

/// <summary>What every worker of this process is built, run and heard with.</summary>
internal sealed class WorkerPlatform : IAsyncDisposable
{
    private readonly Task<IWorkerLoader> _loader;
    private readonly BuildService _service;

    /// <param name="terminal">Where workers' output goes.</param>
    /// <param name="observer">Hears the workers.</param>
    /// <param name="outbound">Carries their fetches.</param>
    /// <param name="cache">Keeps what they cache.</param>
    /// <param name="startLoader">Starts the engine; it runs while projects are read and built.</param>
    public WorkerPlatform(
        Terminal terminal, SourceMapRegistry sources, IWorkerObserver observer, ISubrequestChannel outbound, ICacheStore cache, Func<IWorkerLoader> startLoader)
    {
        Terminal = terminal;
        Sources = sources;
        Services = new WorkerServices(outbound, observer) { Cache = cache, RateLimiter = new RateLimiter(TimeProvider.System) };
        _service = new BuildService(Toolchain.Locate());
        ConfigReader = new ProjectConfigReader(_service);
        Bundler = new Bundler(_service);
        _loader = Task.Run(startLoader);
    }

    /// <summary>Where connections are waited for, clients' and origins' alike. Ended with the platform.</summary>
    public required EventLoopGroup Loops { get; init; }

    public Terminal Terminal { get; }

    public SourceMapRegistry Sources { get; }

    public WorkerServices Services { get; private set; }

    /// <summary>Where Workers keep things.</summary>
    public required WorkerStores Stores { get; init; }

    /// <summary>The Workflows of the project in a folder, which a version of it defines; null when the server has its own.</summary>
    public Func<string, WorkerVersion, IServiceDirectory, Task<WorkflowServices>>? ProjectWorkflows { get; init; }

    /// <summary>Hears of every version with classes of Durable Objects, and its folder, before it is started.</summary>
    public Func<WorkerVersion, string, Task>? OnObjectClasses { get; set; }

    /// <summary>Threads that workers have cost this process: with some lost, it should be replaced when it suits.</summary>
    public int ThreadsLost => _loader.IsCompletedSuccessfully ? _loader.Result.ThreadsLost : 0;

    /// <summary>Ends what there is of a Durable Object in this process, in order.</summary>
    public Task EvictObjectAsync(ObjectAddress address) =>
        _loader.IsCompletedSuccessfully && _loader.Result is IObjectHost host ? host.EvictObjectAsync(address) : Task.CompletedTask;

    /// <summary>Has somebody hear of objects of which nothing is left in this process.</summary>
    public async Task HearOfGoneObjectsAsync(Action<ObjectAddress> gone)
    {
        if (await _loader is IObjectHost host) host.ObjectGone = gone;
    }

    /// <summary>Has Durable Objects of this process follow their scripts' deployments: says which version an object is to have.</summary>
    public async Task KeepObjectsCurrentAsync(Func<ObjectAddress, string?> versionOf)
    {
        if (await _loader is IObjectHost host) host.VersionOf = versionOf;
    }

    /// <summary>Deployments have changed: objects that are to have another version now begin anew.</summary>
    public void MoveObjects()
    {
        if (_loader.IsCompletedSuccessfully && _loader.Result is IObjectHost host) host.MoveObjects();
    }

    public ProjectConfigReader ConfigReader { get; }

    public Bundler Bundler { get; }

    /// <summary>Says who answers for the Workers that others are bound to; before any is started.</summary>
    public void Connect(IServiceDirectory directory) => Services = Services with { Workers = directory };

    /// <summary>Says who knows where Durable Objects are; before any worker is started.</summary>
    public void Connect(IObjectDirectory objects) => Services = Services with { Objects = objects };

    /// <summary>Says who counts for rate limits, when that is another than this process; before any worker is started.</summary>
    public void Limit(IRateLimiter limiter) => Services = Services with { RateLimiter = limiter };

    /// <summary>Says where Workflows are kept; before any worker is started.</summary>
    public void Keep(WorkflowServices workflows) => Services = Services with { Workflows = workflows };

    /// <summary>Who hears what the workers do and use; to be said before the first worker is started.</summary>
    public void Observe(ITraceSink traces, IWorkerMeters meters) => Services = Services with { Traces = traces, Meters = meters };

    /// <summary>Who hears what the workers do, where nobody counts what they use; as above.</summary>
    public void Observe(ITraceSink traces) => Services = Services with { Traces = traces };

    /// <summary>Ends when the engine has started.</summary>
    public Task EngineStarted => _loader;

    /// <summary>Figures of the engine, once it has started, of the cache and of the process.</summary>
    public IEnumerable<ProcessGauge> Gauges =>
        ((object?[])[_loader.IsCompletedSuccessfully ? _loader.Result : null, Services.Cache, new ProcessFigures()]).OfType<IGaugeSource>().SelectMany(source => source.Gauges);

    /// <summary>Starts the bundler's process ahead of its first use.</summary>
    public void WarmBundler() => _ = Task.Run(_service.Warm);

    /// <summary>What bindings lead to beyond this process's own means; to be said before the first worker is started.</summary>
    public BoundServices? Bound { get; set; }

    /// <summary>Reads the static assets that were uploaded; null where there are none.</summary>
    public AssetBodies? Assets { get; init; }

    /// <summary>Starts a version; its stack traces are readable from then on.</summary>
    /// <param name="postpone">Makes a worker of what starts one: of a version with static assets, the part that runs code may wait for its first request.</param>
    public async Task<IWorker> StartAsync(WorkerVersion version, string root, Func<Func<Task<IWorker>>, IWorker>? postpone = null)
    {
        Sources.Add(version, root);
        var services = version.Bindings.Any(binding => binding is KvNamespaceBinding) ? Services with { Kv = Stores.Kv(root) } : Services;
        if (ProjectWorkflows is not null && version.Bindings.Any(binding => binding is WorkflowBinding))
            services = services with { Workflows = await ProjectWorkflows(root, version, Services.Workers!) };
        if (version.Bindings.Any(binding => binding is D1DatabaseBinding)) services = services with { D1 = Stores.D1(root) };
        if (version.Bindings.Any(binding => binding is QueueBinding)) services = services with { Queues = Stores.Queues() };
        if (version.Bindings.Any(binding => binding is R2BucketBinding)) services = services with { R2 = Stores.R2(root) };
        if (Bound is { } bound)
        {
            // Another object, for a Hyperdrive binding: what runs has to be known, and what a failed start names.
            version = await bound.ResolveAsync(version);
            Sources.Add(version, root);
            services = bound.AddTo(services, version, root);
        }

        if (!version.ObjectClasses.IsEmpty)
        {
            services = services with { ObjectStore = Stores.Objects(root) };
            if (OnObjectClasses is not null) await OnObjectClasses(version, root);
        }

        if (version.Assets is null) return await LoadAsync(version, services);
        return await AssetWorker.StartAsync(version, Assets, channel =>
        {
            var withAssets = services with { Assets = channel };
            return postpone is null ? LoadAsync(version, withAssets) : new(postpone(() => LoadAsync(version, withAssets).AsTask()));
        });
    }

    private async ValueTask<IWorker> LoadAsync(WorkerVersion version, WorkerServices services) => await (await _loader).LoadAsync(version, services);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        switch (await _loader)
        {
            case IAsyncDisposable loader:
                await loader.DisposeAsync();
                break;
            case IDisposable loader:
                loader.Dispose();
                break;
        }

        if (Bound is { } bound) await bound.DisposeAsync();
        (Services.Outbound as IDisposable)?.Dispose();
        (Services.Cache as IDisposable)?.Dispose();
        Loops.Dispose();
    }
}
