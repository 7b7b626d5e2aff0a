using Skep.Abstractions.Assets;
using Skep.Abstractions.Channels;
using Skep.Abstractions.D1;
using Skep.Abstractions.Events;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Workflows;
using Skep.Abstractions.Objects;
using Skep.Edge.Caching;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Edge.Ai;
using Skep.Edge.Listeners;
using Skep.Edge.Observability;
using Skep.Edge.Routing;
using Skep.Edge.Tailing;
using Skep.Edge.Transport;
using Skep.Edge.Triggers;
using Skep.Hosting;
using Skep.Output;
using Skep.Settings;
using Skep.Storage.Assets;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Sandbox;
using Skep.Supervision.WorkerSide.Objects;

namespace Skep.Supervision.WorkerSide;

/// <summary>A worker process: the edge and the runtime of <c>skep serve</c>, without a data folder. All that it knows comes over the
/// link; when that closes, the supervisor is gone, and this process ends too.</summary>
/// <remarks>It does not wait for another supervisor. Its storage is gone with the old one, a new one could not tell it about deployments
/// it has missed, and its listening sockets would keep the new one from binding the port.</remarks>
internal sealed class WorkerProcessHost : IDisposable
{
    // After the supervisor's loss: for requests in flight, then for everything.
    private static readonly TimeSpan _orphanDrain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _orphanEnd = TimeSpan.FromSeconds(8);

    private readonly TaskCompletionSource<Drain> _drainAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _endAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly LinkHandlers _handlers = new();
    private readonly LinkConnection _link;

    public WorkerProcessHost(int descriptor, TimeProvider time)
    {
        _time = time;
        _link = new LinkConnection(LinkSocket.Inherited(descriptor), _handlers, "supervisor");
    }

    /// <summary>Makes the platform that workers run on.</summary>
    public delegate WorkerPlatform CreatePlatform(Terminal terminal, SettingValues settings, EdgeSettings edge, WorkerStores stores, IAssetStore assets, int processes, ICachePeers? cachePeers);

    /// <summary>Serves until it is told to end, or the supervisor is gone.</summary>
    public async Task RunAsync(CreatePlatform createPlatform)
    {
        _handlers.On<Drain>(LinkMethod.Drain, drain =>
        {
            _drainAsked.TrySetResult(drain);
            return _drained.Task;
        });
        _handlers.On(LinkMethod.End, () =>
        {
            _endAsked.TrySetResult();
            return Task.CompletedTask;
        });
        _link.Start();
        var part = await _link.AskAsync<Hello, Part>(LinkMethod.Hello, new Hello(LinkRecords.Protocol));
        SettingValues settings = new(part.Settings);
        if (settings.IsOn(ServeSettings.Sandbox)) SystemCallFilter.Install();
        await using Terminal terminal = new(
            new LinkTextWriter(_link, LinkMethod.Output), new LinkTextWriter(_link, LinkMethod.ErrorOutput), new Style(part.OutputColours), new Style(part.ErrorColours));
        LinkTraces traces = new(_link);
        MeterRegistry meters = new();
        await using var log = ServeOptions.RequestLog(settings, terminal, () => new LinkLogStream(_link));
        // Disposed of after the platform: what the last handlers use still counts.
        await using UsageRecorder usage = new(meters.Collect, new LinkUsageStore(_link), _time, failure =>
            terminal.Offer(isError: true, style => $"{style.Red("✘ What Workers used could not be told, and is tried again:")} {failure.Message}"));
        var known = ServeOptions.Edge(settings, terminal);
        AssetFolder assets = new(Path.Combine(Path.GetFullPath(settings.Text(ServeSettings.Data)), DataFolder.AssetsFolder));
        // Listens before the folder is read: what is added meanwhile is in one of both.
        LinkCachePeers peers = new(_link);
        _handlers.OnNotice(LinkMethod.CacheChange, peers.Hear);
        // Made with the platform, which needs it only when a worker starts.
        IObjectStore? objectStore = null;
        var stores = WorkerStores.Of(new LinkKvStore(_link), new LinkD1Store(_link), new LinkQueues(_link), new LinkR2Store(_link), () => objectStore!);
        await using var platform = createPlatform(terminal, settings, known, stores, assets, part.Processes, peers);
        var applying = platform.Services.Cache is CacheStore cache ? peers.ApplyAsync(cache) : Task.CompletedTask;
        DeploymentRouter router = new();
        platform.Connect(router);
        LinkWorkflows workflows = new(_link);
        platform.Keep(new(workflows, workflows));
        await using ObjectHosting objects = new(
            _link,
            DescriptorSocket.Inherited(part.Peers),
            Path.Combine(Path.GetFullPath(settings.Text(ServeSettings.Data)), DataFolder.ObjectsFolder),
            platform,
            router,
            failure => terminal.Offer(isError: true, style => $"{style.Red("✘ Storage failed:")} {failure.Message}"),
            _time);
        objectStore = objects.Store;
        platform.Limit(new LinkRateLimiter(_link));
        platform.Bound = new BoundServices(new LinkHyperdriveOrigins(_link), part.Processes, _time)
        {
            Analytics = BoundServices.One(new LinkAnalyticsStore(_link), failure =>
                terminal.Offer(isError: true, style => $"{style.Red("✘ Data points could not be told, and are tried again:")} {failure.Message}")),
            Vectors = _ => new LinkVectorStore(_link),
            Ai = new AiChannel(PlatformSettings.Ai(settings)),
            Email = BoundServices.One(new LinkEmailCarrier(_link)),
        };
        await using TailConsumers tails = new(traces, router, platform.Services.Observer, _time);
        platform.Observe(new MappedTraces(tails, platform.Sources), meters);
        usage.Start();
        await using ServedDeployments deployments = new(platform, new LinkVersionSource(_link), router, tails, _time) { Objects = objects.Local, Changed = objects.OnDeployed };
        await using EdgeServer edge = new(
            Listener(settings, part), ServeOptions.Dispatch(settings, platform, known, log), router, new TerminalLogging(terminal), platform.Loops);
        Answer(deployments, edge, platform);
        objects.Start(_handlers);
        _handlers
            .On<ScheduledCall, ScheduledAnswer>(LinkMethod.Schedule, call => RunAsync(new DeployedWorkers(router), call))
            .On<WorkflowTask, WorkflowAnswer>(LinkMethod.RunWorkflow, async task => new(await new DeployedWorkers(router).RunAsync(task)))
            .On(LinkMethod.QueueDeliver, (request, cancellation) => DeliverAsync(new DeployedWorkers(router, log), request, cancellation))
            .On(LinkMethod.EmailDeliver, (request, cancellation) => FleetEmail.DeliverAsync(new DeployedWorkers(router, log), request, cancellation))
            .On(LinkMethod.FlushUsage, usage.FlushAsync)
            .OnNotice(LinkMethod.WantedTraces, notice => traces.Apply(LinkRecords.Read<WantedTraces>(notice)));
        if (ServeOptions.Telemetry(settings) is not null) await platform.EngineStarted;
        using var telemetry = ServeOptions.Telemetry(settings) is { } exported ? Export(exported, usage, platform) : null;
        await _link.TellAsync(LinkMethod.Ready);
        await Task.WhenAny(_drainAsked.Task, _link.Closed);
        await EndAsync(edge, objects);
        peers.End();
        await applying;
        await tails.FlushAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();

    private static ListenerOptions Listener(SettingValues settings, Part part) => ServeOptions.Listener(settings) with
    {
        Shared = new SharedAccept(part.Sockets, LoadTable.Open(part.Load, part.Slots), part.Slot),
    };

    private void Answer(ServedDeployments deployments, EdgeServer edge, WorkerPlatform platform)
    {
        RoutingState routing = new(deployments);
        _handlers
            .On<RoutingUpdate>(LinkMethod.Route, routing.ApplyAsync)
            .On(LinkMethod.Check, async (request, cancellation) =>
                new LinkMessage(LinkRecords.Write(await deployments.CheckAsync(await VersionMessage.ReadAsync(request, cancellation)))))
            .On(LinkMethod.Accept, () => edge.StartAsync())
            .On<CachePurge, Purged>(LinkMethod.Purge, async purge => new Purged(platform.Services.Cache is ICachePurge cache ? await cache.PurgeAsync(purge) : 0))
            .On(LinkMethod.Ping, (_, _) => new(new LinkMessage(LinkRecords.Write(new Health(platform.ThreadsLost, [.. platform.Gauges.Where(gauge => double.IsFinite(gauge.Value))])))));
    }

    private static async Task<ScheduledAnswer> RunAsync(DeployedWorkers workers, ScheduledCall call) =>
        new(await workers.RunAsync(call.Script, new ScheduledEvent(call.ScheduledTime, call.Cron, call.Entrypoint)));

    private static async ValueTask<LinkMessage> DeliverAsync(DeployedWorkers workers, LinkMessage request, CancellationToken cancellation)
    {
        var (script, batch) = await QueueBatchMessage.ReadAsync(request, cancellation);
        return new LinkMessage(LinkRecords.Write(new QueueAnswer(await workers.DeliverAsync(script, batch))));
    }

    // Of its own, so that a process that exports nothing never loads what exports.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static Telemetry Export(Telemetry.Options exported, UsageRecorder usage, WorkerPlatform platform) => new(exported, usage.Totals, () => platform.Gauges);

    private async Task DrainAsync(EdgeServer edge, ObjectHosting objects, bool leaves)
    {
        if (leaves)
        {
            // Other processes take over objects while this one still answers: it finds them there.
            await Task.WhenAll(edge.LeaveAsync(), objects.DrainAsync());
            _drained.TrySetResult();
            return;
        }

        await edge.StopAsync();
        _drained.TrySetResult();
        // Until all have answered, others may need what is here.
        await Task.WhenAny(_endAsked.Task, _link.Closed);
        await objects.DrainAsync();
    }

    private async Task EndAsync(EdgeServer edge, ObjectHosting objects)
    {
        if (_drainAsked.Task.IsCompleted)
        {
            await DrainAsync(edge, objects, _drainAsked.Task.Result.Leaves);
            return;
        }

        // Whatever still runs then, runs for nobody: the sockets must be free for the next supervisor. On a thread of its own, because workers may have
        // all threads of the pool, which timers need.
        new Thread(() =>
        {
            Thread.Sleep(_orphanEnd);
            Environment.Exit(1);
        }) { IsBackground = true, Name = "skep orphan end" }.Start();
        using CancellationTokenSource patience = new(_orphanDrain);
        // The next supervisor's processes wait for the objects' files.
        await Task.WhenAll(edge.LeaveAsync(patience.Token), objects.DrainAsync());
    }
}
