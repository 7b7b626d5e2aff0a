using Skep.Abstractions.Assets;
using Skep.Abstractions.Channels;
using Skep.Abstractions.D1;
using Skep.Abstractions.Events;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Objects;
using Skep.Edge.Listeners;
using Skep.Edge.Observability;
using Skep.Edge.Routing;
using Skep.Edge.Transport;
using Skep.Edge.Triggers;
using Skep.Hosting;
using Skep.Output;
using Skep.Settings;
using Skep.Storage.Assets;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Sandbox;

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
    public delegate WorkerPlatform CreatePlatform(Terminal terminal, SettingValues settings, EdgeSettings edge, IKvStore kv, ID1Store d1, Func<string, IObjectStore>? objects, IAssetStore assets, int processes);

    /// <summary>Serves until it is told to end, or the supervisor is gone.</summary>
    public async Task RunAsync(CreatePlatform createPlatform)
    {
        _handlers.On<Drain>(LinkMethod.Drain, drain =>
        {
            _drainAsked.TrySetResult(drain);
            return _drained.Task;
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
        await using var platform = createPlatform(terminal, settings, known, new LinkKvStore(_link), new LinkD1Store(_link), objects: null, assets, part.Processes);
        DeploymentRouter router = new();
        platform.Connect(router);
        platform.Limit(new LinkRateLimiter(_link));
        platform.Observe(new MappedTraces(traces, platform.Sources), meters);
        usage.Start();
        await using ServedDeployments deployments = new(platform, new LinkVersionSource(_link), router, _time);
        await using EdgeServer edge = new(
            Listener(settings, part), ServeOptions.Dispatch(settings, platform, known, log), router, new TerminalLogging(terminal), platform.Loops);
        Answer(deployments, edge, platform);
        _handlers
            .On<ScheduledCall, ScheduledAnswer>(LinkMethod.Schedule, call => RunAsync(new DeployedWorkers(router), call))
            .On(LinkMethod.FlushUsage, usage.FlushAsync)
            .OnNotice(LinkMethod.WantedTraces, notice => traces.Apply(LinkRecords.Read<WantedTraces>(notice)));
        if (ServeOptions.Telemetry(settings) is not null) await platform.EngineStarted;
        using var telemetry = ServeOptions.Telemetry(settings) is { } exported ? Export(exported, usage, platform) : null;
        await _link.TellAsync(LinkMethod.Ready);
        await Task.WhenAny(_drainAsked.Task, _link.Closed);
        await EndAsync(edge);
        _drained.TrySetResult();
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

    // Of its own, so that a process that exports nothing never loads what exports.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static Telemetry Export(Telemetry.Options exported, UsageRecorder usage, WorkerPlatform platform) => new(exported, usage.Totals, () => platform.Gauges);

    private async Task EndAsync(EdgeServer edge)
    {
        if (_drainAsked.Task.IsCompleted)
        {
            await (_drainAsked.Task.Result.Leaves ? edge.LeaveAsync() : edge.StopAsync());
            return;
        }

        // Whatever still runs then, runs for nobody: the sockets must be free for the next supervisor.
        new Thread(() =>
        {
            Thread.Sleep(_orphanEnd);
            Environment.Exit(1);
        }) { IsBackground = true, Name = "skep orphan end" }.Start();
        using CancellationTokenSource patience = new(_orphanDrain);
        await edge.LeaveAsync(patience.Token);
    }
}
