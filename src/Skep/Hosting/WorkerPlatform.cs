using Skep.Abstractions.Channels;
using Skep.Abstractions.Workers;
using Skep.Bundling;
using Skep.Configuration;
using Skep.Output;
using Skep.SourceMaps;

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
        Services = new WorkerServices(outbound, observer) { Cache = cache };
        _service = new BuildService(Toolchain.Locate());
        ConfigReader = new ProjectConfigReader(_service);
        Bundler = new Bundler(_service);
        _loader = Task.Run(startLoader);
    }

    public Terminal Terminal { get; }

    public SourceMapRegistry Sources { get; }

    public WorkerServices Services { get; }

    /// <summary>Threads that workers have cost this process: with some lost, it should be replaced when it suits.</summary>
    public int ThreadsLost => _loader.IsCompletedSuccessfully ? _loader.Result.ThreadsLost : 0;

    public ProjectConfigReader ConfigReader { get; }

    public Bundler Bundler { get; }

    /// <summary>Starts the bundler's process ahead of its first use.</summary>
    public void WarmBundler() => _ = Task.Run(_service.Warm);

    /// <summary>Starts a version; its stack traces are readable from then on.</summary>
    public async Task<IWorker> StartAsync(WorkerVersion version, string root)
    {
        Sources.Add(version, root);
        return await (await _loader).LoadAsync(version, Services);
    }

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

        (Services.Outbound as IDisposable)?.Dispose();
        (Services.Cache as IDisposable)?.Dispose();
    }
}
