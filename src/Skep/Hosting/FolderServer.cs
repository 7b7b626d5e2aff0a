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

/// <summary><c>skep serve --workers</c>: every worker of a folder, at <c>&lt;name&gt;.localhost</c>. A worker is built and started by
/// its first request. Workers come, change and go with their files; one that is broken answers with its error and leaves
/// the others alone.</summary>
internal sealed class FolderServer(WorkerPlatform platform, SubdomainRouter router, DevelopmentQueues queues, FolderServer.Options options, Func<string, ObjectStorageFolder> objectFolders, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Served> _served = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _shownProblems = [];
    private readonly FileWatcher _watcher = new();
    private TailConsumers _tails = null!;

    /// <summary>What to serve and where.</summary>
    /// <param name="Eager">Starts every worker before the first request.</param>
    /// <param name="Development">Shows clients what went wrong, and lets them trigger events.</param>
    internal sealed record Options(string Folder, ListenerOptions Listener, LogLevel LogLevel, bool LogRequests, bool Eager, bool Development, EdgeSettings Edge);

    /// <summary>A worker that is routed to, and the files that it was made from once it was.</summary>
    private sealed class Served(WorkerFolderEntry entry)
    {
        public WorkerFolderEntry Entry { get; } = entry;

        public LazyWorker Worker { get; set; } = null!;

        public ImmutableArray<string> Files { get; set; } = [entry.Path];

        public bool Runs => Worker.Started is not null and not FailedWorker;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        using var watcher = _watcher;
        platform.Connect(router);
        await using TailConsumers tails = _tails = new(null, router, platform.Services.Observer, time);
        platform.Observe(new MappedTraces(tails, platform.Sources));
        await using LocalObjects objects = new(router, objectFolders);
        objects.Serve(platform);
        watcher.Watch([], [options.Folder]);
        await ApplyFolderAsync(firstTime: true);
        if (options.Eager) await Task.WhenAll(Snapshot().Select(served => served.Worker.StartAsync()));

        var dispatch = new DispatchOptions
        {
            Development = options.Development,
            TriggerEndpoints = options.Development,
            Geography = options.Edge.Geography ?? (options.Development ? new DevelopmentLocation() : null),
            Colo = options.Edge.Colo ?? new DispatchOptions().Colo,
            Origins = options.Edge.Origins,
            OriginChannel = platform.Services.Outbound,
            StackMapper = (version, error) => WorkerErrorPrinter.Plain(error, platform.Sources.Find(version)),
            Log = options.LogLevel == LogLevel.None
                ? null
                : new RequestLog(platform.Terminal, platform.Sources, options.LogRequests, named: true),
        };
        await using var server = new EdgeServer(options.Listener, dispatch, router, new TerminalLogging(platform.Terminal), platform.Loops);
        await server.StartAsync(stop);
        var took = StartTime.SinceProcessStart();
        await platform.Terminal.WriteAsync(style =>
            $"{style.Bold("skep")} {Snapshot().Length} workers at {style.Cyan(ListeningLines.Url(server.Listening[0], "<name>.localhost"))} "
            + style.Dim($"ready in {Duration.Format(took)}") + ListeningLines.Further(style, server.Listening, options.Listener));

        try
        {
            await foreach (var batch in ChangeBatches.ReadAsync(watcher.Changed, time, stop))
            {
                await ApplyAsync(batch);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await platform.Terminal.WriteAsync(style => style.Dim("Finishing what is in flight; press Ctrl+C again to stop at once."));
        }

        // What workers still do when everything is answered (waitUntil) is waited for where the platform is disposed of.
        await server.StopAsync(CancellationToken.None);
    }

    private async Task ApplyAsync(IReadOnlySet<string> changed)
    {
        if (changed.Any(path => path == options.Folder || Path.GetDirectoryName(path) == options.Folder)) await ApplyFolderAsync(firstTime: false);
        await Task.WhenAll(Snapshot().Where(served => served.Files.Any(changed.Contains)).Select(RenewAsync));
    }

    /// <summary>Compares the folder with what is served: adds what is new, removes what is gone.</summary>
    private async Task ApplyFolderAsync(bool firstTime)
    {
        if (!Directory.Exists(options.Folder)) return;
        var (workers, problems) = WorkerFolderEntry.Scan(options.Folder);
        foreach (var problem in problems.Where(problem => _shownProblems.Add(problem.ToString()))) await PrintAsync([problem]);

        var changes = new List<KeyValuePair<string, IWorker?>>();
        lock (_gate)
        {
            foreach (var (name, served) in _served.ToArray())
            {
                if (workers.TryGetValue(name, out var entry) && entry == served.Entry) continue;
                _served.Remove(name);
                _tails.Set(name, []);
                changes.Add(new(name, null));
            }

            foreach (var (name, entry) in workers)
            {
                if (_served.ContainsKey(name)) continue;
                var served = new Served(entry);
                served.Worker = Lazy(served);
                _served[name] = served;
                changes.RemoveAll(change => change.Key == name);
                changes.Add(new(name, served.Worker));
            }
        }

        // The last requests of workers that are gone are not waited for.
        _ = router.SetAsync(changes);
        if (firstTime) return;
        foreach (var (name, worker) in changes)
        {
            await platform.Terminal.WriteAsync(style => worker is null ? style.Yellow($"- {name}") : style.Green($"+ {name}"));
        }
    }

    /// <summary>The worker's files changed. One that runs is replaced when the new version has started; any other starts anew with
    /// its next request.</summary>
    private async Task RenewAsync(Served served)
    {
        var next = Lazy(served);
        if (served.Runs)
        {
            var began = time.GetTimestamp();
            if (await next.StartAsync() is FailedWorker)
            {
                await platform.Terminal.WriteErrorAsync(style => style.Yellow($"{served.Entry.Name}: the version before this change goes on serving."));
                return;
            }

            var took = time.GetElapsedTime(began);
            await platform.Terminal.WriteAsync(style => style.Green($"↻ {served.Entry.Name} reloaded in {Duration.Format(took)}"));
        }

        served.Worker = next;
        _ = router.SetAsync(served.Entry.Name, next);
    }

    private LazyWorker Lazy(Served served) =>
        new(WorkerVersion.Unread(served.Entry.Name), () => StartAsync(served));

    private async Task<IWorker> StartAsync(Served served)
    {
        var entry = served.Entry;
        try
        {
            if (entry.IsPlainScript && await StartPlainAsync(entry) is { } plain) return plain;
            var began = FileTime.Now;
            var start = await ProjectStart.RunAsync(platform, entry.Locate(), new(), entry.Name);
            Watch(served, [entry.Path, .. start.Files], began, start.Absent);
            await PrintAsync(start.Diagnostics);
            if (start.Project is { } project) await queues.ConfigureAsync(entry.Name, project.QueueConsumers);
            _tails.Set(entry.Name, start.Project?.TailConsumers ?? []);
            return start.Worker ?? await FailAsync(entry, start.Version, start.Error(options.Folder), start.StartupError is not null);
        }
        catch (Exception failure)
        {
            // Unreadable files, a bundler that died: the worker says so to whoever asks, and the others go on.
            return await FailAsync(entry, null, new WorkerError(WorkerErrorCode.Startup, failure.Message), print: true);
        }
    }

    /// <summary>Runs the file as it is; null when it must be built after all, which also explains better what is wrong with it.</summary>
    private async Task<IWorker?> StartPlainAsync(WorkerFolderEntry entry)
    {
        if (PlainScript.TryRead(entry.Name, entry.Path) is not { } version) return null;
        try
        {
            return await platform.StartAsync(version, options.Folder);
        }
        catch (WorkerStartupException)
        {
            return null;
        }
    }

    private async Task<IWorker> FailAsync(WorkerFolderEntry entry, WorkerVersion? version, WorkerError error, bool print)
    {
        if (print)
        {
            var mapper = platform.Sources.Find(version);
            await platform.Terminal.WriteErrorAsync(style => $"{style.Red($"✘ {entry.Name} does not start:")} {WorkerErrorPrinter.Format(error, mapper, style)}");
        }

        return new FailedWorker(version ?? WorkerVersion.Unread(entry.Name), error);
    }

    private async Task PrintAsync(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics.Where(each => each.Severity == Severity.Error || options.LogLevel <= LogLevel.Warn))
        {
            await platform.Terminal.WriteErrorAsync(style => DiagnosticPrinter.Format(diagnostic, style, options.Folder));
        }
    }

    private void Watch(Served served, ImmutableArray<string> files, FileTime began, ImmutableArray<string> absent)
    {
        // One at a time: each tells since when its own files count.
        lock (_gate)
        {
            served.Files = files;
            _watcher.Watch(_served.Values.SelectMany(each => each.Files), [options.Folder], began, absent);
        }
    }

    private Served[] Snapshot()
    {
        lock (_gate) return [.. _served.Values];
    }
}
