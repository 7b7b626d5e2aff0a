using System.Diagnostics;
using Skep.Abstractions.Email;
using Skep.Control;
using Skep.Control.Api;
using Skep.Control.Tails;
using Skep.Control.Uploads;
using Skep.Edge.Caching;
using Skep.Edge.Email.Inbound;
using Skep.Edge.Listeners;
using Skep.Edge.Observability;
using Skep.Edge.Transport;
using Skep.Edge.Triggers;
using Skep.Hosting;
using Skep.Output;
using Skep.Settings;
using Skep.Storage.RateLimiting;
using Skep.Supervision.Messages;
using Skep.Supervision.Objects;
using Skep.Supervision.Processes;
using Skep.Supervision.Sandbox;

namespace Skep.Supervision;

/// <summary><c>skep serve</c> in several processes: this one has the data folder, the control plane and the listening sockets; worker
/// processes, which share the sockets, have the edge and the runtime.</summary>
internal sealed class SupervisedServer(
    Terminal terminal, DataFolder data, ServedStores stores, IEmailCarrier email, SettingValues settings, ControlOptions control, TimeProvider time)
{
    // Beyond the requests in flight: what goes on after responses, and the end of the process itself.
    private static readonly TimeSpan _afterDrain = TimeSpan.FromSeconds(15);

    private volatile string? _notReady = "The server is starting.";
    private readonly ListenerOptions _listener = ServeOptions.Listener(settings);

    public async Task RunAsync(CancellationToken stop)
    {
        CatalogDeployments deployments = new(data.Catalog, new VersionAssembler(data.Catalog, data.Cipher), settings.Text(ServeSettings.Domain));
        ListeningSockets.CheckCertificates(_listener);
        using var sockets = await BindAsync();
        var processes = settings.Integer(ServeSettings.Processes);

        // Make their folders, which processes that are locked up may use.
        _ = data.Assets.Uploads;
        CacheStore.PrepareFolder(data.CachePath);
        Directory.CreateDirectory(Path.Combine(data.Path, DataFolder.ObjectsFolder));
        using var jail = settings.IsOn(ServeSettings.Sandbox) ? Lock() : null;

        // Processes that end have theirs for a while beside their successors.
        var slots = 4 * (processes + settings.Integer(ServeSettings.SpareProcesses) + 1);
        using var load = LoadTable.Create(slots);
        Part part = new(
            settings.Without(ServeSettings.OfSupervisor).Values,
            sockets.Descriptors,
            load.Descriptor,
            slots,
            Slot: 0,
            Peers: 0,
            processes,
            Style.For(Console.IsOutputRedirected).HasColours,
            Style.For(Console.IsErrorRedirected).HasColours);
        FleetTarget target = new(deployments);
        FleetTraces traces = new();
        FleetUsage reported = new();
        FleetCache cache = new();
        TailSessions tails = new(time, traces.Change);
        await using var log = ServeOptions.RequestLogOutput(settings) is { } output ? new SharedLog(output) : null;
        // Disposed of after the processes' end: what their last handlers use still counts.
        await using UsageRecorder usage = new(reported.Collect, data.Usage, time, OnUsageFailure);
        FleetObjects objects = new(new LeaseTable(EpochFile.Next(Path.Combine(data.Path, EpochFile.Name), time)), time);
        SupervisorHandlers handlers = new(part, deployments, new(stores.Kv, new(data.Workflows, data.Workflows), stores.D1, stores.Queues, stores.R2, new RateLimiter(time), tails, reported, cache, new(objects, stores.Objects.Alarms), log) { Hyperdrive = data.HyperdriveOrigins, Platform = data.Platform, Email = email }, terminal);
        Fleet fleet = new(FleetOptions(processes), new ProcessStarter(sockets.Descriptors, load, slots, jail is null ? Process.Start : jail.Start, time), handlers.For, PrepareAsync, Report, time);
        target.Fleet = traces.Fleet = reported.Fleet = cache.Fleet = fleet;
        objects.Serving = () => fleet.Members.Where(process => process.State == ProcessState.Serving);
        usage.Start();

        // Whoever ends this process at once ends the others, too.
        EventHandler kill = (_, _) => fleet.Kill();
        AppDomain.CurrentDomain.ProcessExit += kill;
        using var reload = ReloadSignal.Handle(() => _ = ReplaceAsync(fleet));
        var keeping = fleet.RunAsync();
        var lines = new ControlLines(terminal);
        var feeds = new ControlFeeds(data.Cron, tails, data.Usage)
        {
            FlushUsage = async () =>
            {
                await reported.AskAsync();
                await usage.FlushAsync();
            },
            Totals = usage.Totals,
            Gauges = () => reported.Gauges,
            NotReady = () => _notReady,
        };
        await using var api = PlatformControl.Create(control, data, stores, feeds, target, cache, lines.OnFailure, time);
        await using CronScheduler cron = new(data.Catalog.ListScriptsAsync, data.Cron, new FleetSchedule(fleet), time, lines.OnCronRun, lines.OnFailure);
        await using WorkflowScheduler workflows = new(data.Workflows, new FleetWorkflows(fleet), time, lines.OnFailure);
        await using QueueDispatcher dispatcher = new(stores.Queues, new FleetQueues(fleet), time, lines.OnQueueRun, lines.OnQueueFailure);
        await api.StartAsync(stop);
        SmtpListener? inbound = null;
        try
        {
            await fleet.Serving.WaitAsync(stop);
            await cron.StartAsync();
            workflows.Start();
            dispatcher.Start();
            await stores.Objects.StartClockAsync(new FleetAlarms(objects));
            inbound = await InboundEmail.StartAsync(settings, data.Catalog.EmailRules, new FleetEmail(fleet), email, terminal, lines.OnEmailFailure);
            _ = new AssetCollection(data, terminal, time).RunAsync(stop);
            _ = new R2Housekeeping(data.Catalog.R2Buckets, stores.R2, terminal, time).RunAsync(stop);
            _notReady = null;
            await new ServerAnnouncement(terminal, data, settings, control, time).WriteAsync(sockets.Listening, _listener, api.Address, (await deployments.ListAsync()).Count);
            await stop.Ended();
            await terminal.WriteAsync(style => style.Dim("Finishing what is in flight; press Ctrl+C again to stop at once."));
            _notReady = "The server is going down.";
            await api.StopAsync(CancellationToken.None);
            await Task.WhenAll(cron.DisposeAsync().AsTask(), dispatcher.DisposeAsync().AsTask(), inbound?.DisposeAsync().AsTask() ?? Task.CompletedTask);
            await workflows.DisposeAsync();
            await stores.Objects.StopClockAsync();
            sockets.TurnAway();
        }
        finally
        {
            if (inbound is not null) await inbound.DisposeAsync();
            await fleet.StopAsync();
            await keeping;
            AppDomain.CurrentDomain.ProcessExit -= kill;
        }

        async Task PrepareAsync(WorkerProcess process)
        {
            traces.Tell(process);
            objects.Add(process);
            await target.PrepareAsync(process);
        }
    }

    private FleetOptions FleetOptions(int processes)
    {
        var hours = settings.Integer(ServeSettings.RecycleHours);
        return new FleetOptions(
            processes,
            settings.Integer(ServeSettings.SpareProcesses),
            hours == 0 ? null : TimeSpan.FromHours(hours),
            TimeSpan.FromSeconds(settings.Integer(ServeSettings.UnresponsiveSeconds)),
            TimeSpan.FromSeconds(settings.Integer(ServeSettings.DrainSeconds)) + _afterDrain);
    }

    private Jail Lock() => Jail.Obstacle(data.Path) is { } obstacle
        ? throw new InvalidOperationException(obstacle)
        : new Jail(
            [
                Path.Combine(data.Path, DataFolder.AssetsFolder),
                .. _listener.Tls.AuthorityFolder is { } folder && Directory.Exists(folder) ? [folder] : Array.Empty<string>(),
                .. settings.List(ServeSettings.Certificate).Concat(settings.List(ServeSettings.Key)).Concat(settings.List(ServeSettings.Geography)).Select(Path.GetFullPath),
            ],
            data.CachePath,
            Path.Combine(data.Path, DataFolder.ObjectsFolder));

    /// <summary>Binds the port. The processes of a supervisor that was killed let go of it a moment after its end.</summary>
    private async Task<ListeningSockets> BindAsync()
    {
        const int Attempts = 20;
        var pause = TimeSpan.FromMilliseconds(100);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return ListeningSockets.Bind(_listener);
            }
            catch (IOException) when (data.WasInterrupted && attempt < Attempts)
            {
                await Task.Delay(pause, time);
            }
        }
    }

    private async Task ReplaceAsync(Fleet fleet)
    {
        await terminal.WriteAsync(style => style.Dim("Replacing the worker processes, one after the other."));
        await fleet.ReplaceAllAsync();
        await terminal.WriteAsync(style => style.Green("↻ all worker processes replaced"));
    }

    private void OnUsageFailure(Exception failure) =>
        terminal.Offer(isError: true, style => $"{style.Red("✘ What Workers used could not be stored, and is tried again:")} {failure.Message}");

    private void Report(FleetEvent happened)
    {
        if (FleetLines.Format(happened, ServeOptions.LogLevel(settings)) is { } format && !terminal.Offer(isError: true, format)) terminal.CountLoss();
    }
}
