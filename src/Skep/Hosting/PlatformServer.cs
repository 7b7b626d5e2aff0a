using Skep.Abstractions.Catalog;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Control;
using Skep.Control.Api;
using Skep.Control.Tails;
using Skep.Control.Uploads;
using Skep.Edge.Dispatch;
using Skep.Edge.Listeners;
using Skep.Edge.Observability;
using Skep.Edge.Routing;
using Skep.Edge.Triggers;
using Skep.Output;

namespace Skep.Hosting;

/// <summary><c>skep serve</c>: the edge in front of everything that was deployed, and the control plane that wrangler deploys to.</summary>
internal sealed class PlatformServer(WorkerPlatform platform, DataFolder data, UsageFeed usage, PlatformServer.Options options, TimeProvider time)
{
    private volatile string? _notReady = "The server is starting.";

    /// <summary>What to serve and where.</summary>
    /// <param name="Listener">Where clients connect.</param>
    /// <param name="Control">Where wrangler connects.</param>
    /// <param name="Domain">Workers answer at <c>&lt;name&gt;.&lt;domain&gt;</c>.</param>
    /// <param name="LogLevel">What workers' output is shown from.</param>
    /// <param name="LogRequests">Whether requests that went well are shown.</param>
    internal sealed record Options(ListenerOptions Listener, ControlOptions Control, string Domain, LogLevel LogLevel, bool LogRequests)
    {
        /// <summary>The structured log; null for none.</summary>
        public JsonRequestLog? RequestLog { get; init; }

        /// <summary>Where spans and figures are exported to; null for nowhere.</summary>
        public Telemetry.Options? Telemetry { get; init; }

        /// <summary>Whether traces of clients are taken up.</summary>
        public bool AcceptTraceContext { get; init; }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var router = new DeploymentRouter();
        var feeds = new ControlFeeds(data.Cron, new TailSessions(time), data.Usage)
        {
            FlushUsage = usage.Recorder.FlushAsync,
            Totals = usage.Recorder.Totals,
            Gauges = () => platform.Gauges,
            NotReady = () => _notReady,
        };
        platform.Observe(new MappedTraces(feeds.Tails, platform.Sources), usage.Meters);
        usage.Recorder.Start();
        var assembler = new VersionAssembler(data.Catalog, data.Cipher);
        await using var target = new DeploymentTarget(platform, data.Catalog, assembler, router, new(options.Domain), time);
        var deployed = await target.RefreshAllAsync();
        var dispatch = new DispatchOptions { Log = Log(), AcceptTraceContext = options.AcceptTraceContext };
        await using var edge = new EdgeServer(options.Listener, dispatch, router, new TerminalLogging(platform.Terminal));
        await using var control = new ControlServer(options.Control, data.Catalog, data.Catalog, feeds, data.Cipher, target, time, OnFailure);
        await using var cron = new CronScheduler(data.Catalog.ListScriptsAsync, data.Cron, new DeployedWorkers(router), time, OnCronRun, OnFailure);
        await edge.StartAsync(stop);
        await control.StartAsync(stop);
        await cron.StartAsync();
        if (options.Telemetry is not null) await platform.EngineStarted;
        using var telemetry = options.Telemetry is { } exported ? Export(exported) : null;
        _notReady = null;
        await AnnounceAsync(edge.EndPoints[0].Port, control.Address, deployed);

        var stopped = new TaskCompletionSource();
        await using (stop.UnsafeRegister(static source => ((TaskCompletionSource)source!).SetResult(), stopped)) await stopped.Task;
        await platform.Terminal.WriteAsync(style => style.Dim("Finishing what is in flight; press Ctrl+C again to stop at once."));
        _notReady = "The server is going down.";
        await control.StopAsync(CancellationToken.None);
        await cron.DisposeAsync();
        await edge.StopAsync(CancellationToken.None);
    }

    // Of its own, so that a server that exports nothing never loads what exports.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private Telemetry Export(Telemetry.Options exported) => new(exported, usage.Recorder.Totals, () => platform.Gauges);

    private IRequestLog? Log()
    {
        var shown = options.LogLevel == LogLevel.None ? null : new RequestLog(platform.Terminal, platform.Sources, options.LogRequests, named: true);
        return (shown, options.RequestLog) switch
        {
            ({ } one, { } other) => new RequestLogs([one, other]),
            _ => (IRequestLog?)shown ?? options.RequestLog,
        };
    }

    private async Task AnnounceAsync(int port, Uri control, int deployed)
    {
        var took = StartTime.SinceProcessStart();
        await platform.Terminal.WriteAsync(style =>
            $"{style.Bold("skep")} {deployed} workers at {style.Cyan($"http://<name>.{options.Domain}:{port}")} {style.Dim($"ready in {Duration.Format(took)}")}");
        await platform.Terminal.WriteAsync(style =>
            $"  wrangler deploys here with\n    export CLOUDFLARE_API_BASE_URL={control.GetLeftPart(UriPartial.Authority)}/client/v4\n    export CLOUDFLARE_ACCOUNT_ID={options.Control.AccountId}");
        if (await data.Catalog.ListTokensAsync() is { Count: > 0 })
        {
            await platform.Terminal.WriteAsync(style => style.Dim($"    and CLOUDFLARE_API_TOKEN (a new one: skep token create --data {data.Path})"));
            return;
        }

        var (_, secret) = await data.CreateTokenAsync("first", TokenAccess.Edit, [], time.GetUtcNow());
        await platform.Terminal.WriteAsync(style => $"    export CLOUDFLARE_API_TOKEN={secret}   {style.Yellow("# shown this once")}");
    }

    private void OnCronRun(CronRun run)
    {
        if (run.Outcome == InvocationOutcome.Ok) return;
        platform.Terminal.Offer(isError: true, style => $"{style.Red("✘ cron")} {run.Script} \"{run.Cron}\" of {run.ScheduledTime:yyyy-MM-dd HH:mm}: {run.Error}");
    }

    private void OnFailure(Exception failure) =>
        platform.Terminal.Offer(isError: true, style => $"{style.Red("✘ The control plane failed:")} {failure}");
}
