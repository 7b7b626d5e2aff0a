using System.Collections.Immutable;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;
using Skep.Configuration;
using Skep.Diagnostics;
using Skep.Edge.Dispatch;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Edge.Tailing;
using Skep.Output;
using Skep.Watching;

namespace Skep.Hosting;

/// <summary><c>skep dev</c>: one project, behind one port or for others to call, started again whenever its files change. The version
/// that answers is replaced only by one that has started; requests in flight finish where they began.</summary>
internal sealed class DevelopmentServer(WorkerPlatform platform, DevelopmentServer.Options options, TimeProvider time)
{
    private readonly SingleWorkerRouter _router = new();
    private readonly HashSet<string> _shownWarnings = [];
    private readonly TaskCompletionSource _ready = new();

    private ProjectStart _latest = null!;
    private ImmutableArray<string> _files = [];
    private bool _serving;
    private string? _brokenChange;

    /// <summary>What to serve and where.</summary>
    /// <param name="Listener">Null for a project that only others call.</param>
    /// <param name="Directory">Where it is found by others, and finds them.</param>
    /// <param name="Queues">The queues of all projects.</param>
    /// <param name="Tails">Gives traces to those of the projects that are tail Workers.</param>
    /// <param name="Others">Ends when the projects have started that it may call.</param>
    internal sealed record Options(
        Func<ProjectLocation> Locate,
        ProjectConfigReader.Overrides Overrides,
        ListenerOptions? Listener,
        LogLevel LogLevel,
        string WorkingFolder,
        EdgeSettings Edge,
        DevelopmentDirectory Directory,
        DevelopmentQueues Queues,
        TailConsumers Tails,
        Task Others);

    /// <summary>Ends when it has started for the first time, or failed to.</summary>
    public Task Ready => _ready.Task;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await RunUntilStoppedAsync(stop);
        }
        finally
        {
            _ready.TrySetResult();
        }
    }

    private async Task RunUntilStoppedAsync(CancellationToken stop)
    {
        var dispatch = new DispatchOptions
        {
            Development = true,
            TriggerEndpoints = true,
            Geography = options.Edge.Geography ?? new DevelopmentLocation(),
            Colo = DevelopmentLocation.Colo,
            StackMapper = (version, error) => WorkerErrorPrinter.Plain(error, platform.Sources.Find(version)) + Remark(),
            Log = options.LogLevel == LogLevel.None
                ? null
                : new RequestLog(platform.Terminal, platform.Sources, requests: options.LogLevel <= LogLevel.Info, named: false),
        };
        await using var server = options.Listener is { } listener
            ? new EdgeServer(listener, dispatch, _router, new TerminalLogging(platform.Terminal), platform.Loops)
            : null;

        // The port is open while the project is built: requests that come early wait for the worker.
        var location = options.Locate();
        var began = FileTime.Now;
        var first = new LazyWorker(Placeholder(location), () => StartFirstAsync(location));
        await _router.SwapAsync(first);
        var starting = first.StartAsync();
        if (server is not null) await server.StartAsync(stop);
        await starting;
        _ready.TrySetResult();

        using var watcher = new FileWatcher();
        Watch(watcher, began);
        var took = StartTime.SinceProcessStart();
        if (server is not null) await platform.Terminal.WriteAsync(style => ReadyLine(style, server, took));
        try
        {
            await foreach (var batch in ChangeBatches.ReadAsync(watcher.Changed, time, stop))
            {
                began = FileTime.Now;
                await ReloadAsync(batch, stop);
                Watch(watcher, began);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (server is not null) await platform.Terminal.WriteAsync(style => style.Dim("Finishing what is in flight; press Ctrl+C again to stop at once."));
        }

        // What the worker still does when everything is answered (waitUntil) is waited for where the platform is disposed of.
        if (server is not null) await server.StopAsync(CancellationToken.None);
    }

    private async Task<IWorker> StartFirstAsync(ProjectLocation location)
    {
        await AcceptAsync(await ProjectStart.RunAsync(platform, location, options.Overrides));
        await options.Others;
        return _latest.Worker ?? Failed(_latest);
    }

    private async Task ReloadAsync(IReadOnlySet<string> changed, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        ProjectStart next;
        try
        {
            next = await ProjectStart.RunAsync(platform, options.Locate(), options.Overrides, cancellation: stop);
        }
        catch (DiagnosticException gone)
        {
            // The project itself cannot be found any more.
            next = _latest with { Worker = null, Version = null, StartupError = null, Diagnostics = gone.Diagnostics };
        }

        var wasServing = _serving;
        await AcceptAsync(next);
        if (next.Worker is { } worker)
        {
            // The old version's last requests are not waited for.
            _ = _router.SwapAsync(worker);
            var took = time.GetElapsedTime(began);
            await platform.Terminal.WriteAsync(style => style.Green($"↻ reloaded in {Duration.Format(took)}") + style.Dim($"  {Describe(changed)}"));
        }
        else if (wasServing)
        {
            await platform.Terminal.WriteErrorAsync(style => style.Yellow("The version before this change goes on serving."));
        }
        else
        {
            _ = _router.SwapAsync(Failed(next));
        }
    }

    /// <summary>Prints what came of a start and remembers what to watch.</summary>
    private async Task AcceptAsync(ProjectStart start)
    {
        _latest = start;
        if (start.Project is { } project)
        {
            options.Directory.Set(project.Name, _router);
            if (start.Worker is not null) await options.Queues.ConfigureAsync(project.Name, project.QueueConsumers);
            options.Tails.Set(project.Name, project.TailConsumers);
        }

        _serving |= start.Worker is not null;
        // A build that failed does not tell everything it would have read: what was watched before stays watched.
        _files = start.Worker is null ? [.. _files.Union(start.Files)] : start.Files;
        _brokenChange = start.Worker is null && _serving ? start.Error(options.WorkingFolder).Message : null;

        foreach (var diagnostic in start.Diagnostics)
        {
            if (diagnostic.Severity == Severity.Warning && (options.LogLevel > LogLevel.Warn || !_shownWarnings.Add(diagnostic.ToString()))) continue;
            await platform.Terminal.WriteErrorAsync(style => DiagnosticPrinter.Format(diagnostic, style, options.WorkingFolder));
        }

        if (start.StartupError is { } error)
        {
            var mapper = platform.Sources.Find(start.Version);
            await platform.Terminal.WriteErrorAsync(style => $"{style.Red("✘ The Worker does not start:")} {WorkerErrorPrinter.Format(error, mapper, style)}");
        }
    }

    private void Watch(FileWatcher watcher, FileTime began)
    {
        var folders = new List<string>(_latest.Project?.Build?.WatchFolders ?? []);
        if (_latest.Worker is null)
        {
            // Whatever is missing may appear beside what is there, or be installed.
            folders.AddRange(_files.Select(file => Path.GetDirectoryName(file)!).Where(folder => !folder.Contains("/node_modules/", StringComparison.Ordinal)));
            if (_latest.Project is { } project) folders.Add(Path.Combine(project.Root, "node_modules"));
        }

        if (_latest.Project is { FindAdditionalModules: true } unbundled) folders.Add(unbundled.ModuleRoot);
        watcher.Watch(_files, folders, began, _latest.Absent);
    }

    private FailedWorker Failed(ProjectStart start) =>
        new(start.Version ?? Placeholder(options.WorkingFolder), start.Error(options.WorkingFolder));

    private string Remark() => _brokenChange is { } message
        ? $"\n\nThis is the version before the last change, which could not be loaded: {message}"
        : "";

    private string ReadyLine(Style style, EdgeServer server, TimeSpan took)
    {
        var at = server.Listening[0];
        var host = options.Listener!.Host is "*" or "0.0.0.0" or "localhost" ? "localhost" : at.Address.Address.ToString();
        var name = _latest.Project?.Name;
        return $"{style.Bold("skep")} {(name is null ? "" : name + " ")}{style.Cyan(ListeningLines.Url(at, host))} "
            + style.Dim($"ready in {Duration.Format(took)}") + ListeningLines.Further(style, server.Listening, options.Listener);
    }

    private string Describe(IReadOnlySet<string> changed)
    {
        var first = Path.GetRelativePath(options.WorkingFolder, changed.Order(StringComparer.Ordinal).First());
        return changed.Count == 1 ? first : $"{first} and {changed.Count - 1} more";
    }

    private static WorkerVersion Placeholder(ProjectLocation location) => Placeholder(location.Root);

    private static WorkerVersion Placeholder(string folder) => WorkerVersion.Unread(WorkerNames.FromFolder(folder));
}
