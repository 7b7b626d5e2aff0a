using Skep.Abstractions.Channels;
using Skep.Abstractions.Email;
using Skep.Control;
using Skep.Control.Api;
using Skep.Control.Tails;
using Skep.Control.Uploads;
using Skep.Edge.Listeners;
using Skep.Edge.Observability;
using Skep.Edge.Routing;
using Skep.Edge.Tailing;
using Skep.Edge.Triggers;
using Skep.Output;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary><c>skep serve</c> in one process: the edge in front of everything that was deployed, and the control plane that wrangler
/// deploys to.</summary>
internal sealed class PlatformServer(
    WorkerPlatform platform, DataFolder data, ServedStores stores, UsageFeed usage, IEmailCarrier email, PlatformServer.Options options, TimeProvider time)
{
    private volatile string? _notReady = "The server is starting.";

    /// <summary>What to serve and where.</summary>
    /// <param name="Settings">The settings.</param>
    /// <param name="Control">Where wrangler connects.</param>
    /// <param name="Edge">What the edge knows of clients and origins.</param>
    /// <param name="RequestLog">The structured log; null for none.</param>
    internal sealed record Options(SettingValues Settings, ControlOptions Control, EdgeSettings Edge, JsonRequestLog? RequestLog);

    public async Task RunAsync(CancellationToken stop)
    {
        var settings = options.Settings;
        var router = new DeploymentRouter();
        platform.Connect(router);
        platform.Keep(new(data.Workflows, data.Workflows));
        await using LocalObjects objects = new(router, _ => stores.Objects);
        platform.Connect(objects);
        _ = platform.KeepObjectsCurrentAsync(address => objects.Find(address)?.Worker.Version.Id);
        var feeds = new ControlFeeds(data.Cron, new TailSessions(time), data.Usage)
        {
            FlushUsage = usage.Recorder.FlushAsync,
            Totals = usage.Recorder.Totals,
            Gauges = () => platform.Gauges,
            NotReady = () => _notReady,
        };
        await using TailConsumers tails = new(feeds.Tails, router, platform.Services.Observer, time);
        platform.Observe(new MappedTraces(tails, platform.Sources), usage.Meters);
        usage.Recorder.Start();
        CatalogDeployments deployments = new(data.Catalog, new VersionAssembler(data.Catalog, data.Cipher), settings.Text(ServeSettings.Domain));
        await using ServedDeployments served = new(platform, deployments, router, tails, time) { Objects = objects, Changed = platform.MoveObjects };
        DeploymentTarget target = new(deployments, served);
        var deployed = await target.RefreshAllAsync();
        var listener = ServeOptions.Listener(settings);
        await using var edge = new EdgeServer(
            listener, ServeOptions.Dispatch(settings, platform, options.Edge, options.RequestLog), router, new TerminalLogging(platform.Terminal), platform.Loops);
        var lines = new ControlLines(platform.Terminal);
        await using var control = PlatformControl.Create(options.Control, data, stores, feeds, target, platform.Services.Cache as ICachePurge, lines.OnFailure, time);
        await using var cron = new CronScheduler(data.Catalog.ListScriptsAsync, data.Cron, new DeployedWorkers(router), time, lines.OnCronRun, lines.OnFailure);
        await using WorkflowScheduler workflows = new(data.Workflows, new DeployedWorkers(router), time, lines.OnFailure);
        await using QueueDispatcher dispatcher = new(stores.Queues, new DeployedWorkers(router, options.RequestLog), time, lines.OnQueueRun, lines.OnQueueFailure);
        await edge.StartAsync(stop);
        await control.StartAsync(stop);
        await cron.StartAsync();
        workflows.Start();
        dispatcher.Start();
        await objects.StartClockAsync("");
        await using var inbound = await InboundEmail.StartAsync(settings, data.Catalog.EmailRules, new DeployedWorkers(router, options.RequestLog), email, platform.Terminal, lines.OnEmailFailure);
        _ = new AssetCollection(data, platform.Terminal, time).RunAsync(stop);
        _ = new R2Housekeeping(data.Catalog.R2Buckets, stores.R2, platform.Terminal, time).RunAsync(stop);
        if (ServeOptions.Telemetry(settings) is not null) await platform.EngineStarted;
        using var telemetry = ServeOptions.Telemetry(settings) is { } exported ? Export(exported) : null;
        _notReady = null;
        await new ServerAnnouncement(platform.Terminal, data, settings, options.Control, time).WriteAsync(edge.Listening, listener, control.Address, deployed);

        await stop.Ended();
        await platform.Terminal.WriteAsync(style => style.Dim("Finishing what is in flight; press Ctrl+C again to stop at once."));
        _notReady = "The server is going down.";
        await control.StopAsync(CancellationToken.None);
        await Task.WhenAll(cron.DisposeAsync().AsTask(), dispatcher.DisposeAsync().AsTask(), inbound?.DisposeAsync().AsTask() ?? Task.CompletedTask);
        await workflows.DisposeAsync();
        await objects.DisposeAsync();
        await edge.StopAsync(CancellationToken.None);
        await tails.FlushAsync();
    }

    // Of its own, so that a server that exports nothing never loads what exports.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private Telemetry Export(Telemetry.Options exported) => new(exported, usage.Recorder.Totals, () => platform.Gauges);
}
