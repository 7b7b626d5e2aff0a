using System.Net;
using Skep.Abstractions.Assets;
using Skep.Abstractions.D1;
using Skep.Abstractions.Email;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Abstractions.Objects;
using Skep.CommandLine;
using Skep.Edge.Ai;
using Skep.Edge.Assets;
using Skep.Edge.Caching;
using Skep.Edge.Email;
using Skep.Edge.Routing;
using Skep.Hosting;
using Skep.Output;
using Skep.Settings;
using Skep.Supervision;

namespace Skep.Commands;

/// <summary><c>skep serve</c>: what was deployed or, with <c>--workers</c>, what lies in a folder.</summary>
internal static class ServeCommand
{
    private const long AssetMemoryBytes = 64L << 20;

    /// <summary>Whether workers run in other processes than this one.</summary>
    public static bool IsSupervised(ParsedArguments arguments) =>
        arguments.Value("workers") is null && ServeSettings.Read(arguments).Integer(ServeSettings.Processes) > 0;

    public static Task RunAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        var settings = ServeSettings.Read(arguments);
        return arguments.Value("workers") is { } folder
            ? ServeFolderAsync(folder, arguments.Has("eager"), settings, terminal, stop)
            : ServePlatformAsync(settings, terminal, stop);
    }

    /// <summary>What deployed workers run on.</summary>
    public static WorkerPlatform CreatePlatform(Terminal terminal, SettingValues settings, EdgeSettings edge, WorkerStores stores, IAssetStore assets, int processes, ICachePeers? cachePeers = null) => PlatformFactory.Create(
        terminal,
        ServeOptions.LogLevel(settings),
        named: true,
        ServeOptions.IsDevelopment(settings),
        stores,
        new AssetBodies(assets, AssetMemoryBytes / processes),
        edge.Origins,
        Path.Combine(Path.GetFullPath(settings.Text(ServeSettings.Data)), DataFolder.CacheFolder),
        ServeOptions.TraceContext(settings).Propagate,
        processes,
        cachePeers);

    private static async Task ServeFolderAsync(string given, bool eager, SettingValues settings, Terminal terminal, CancellationToken stop)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        if (!Directory.Exists(folder)) throw new UsageException($"--workers: there is no folder {given}.");
        var listener = ServeOptions.Listener(settings, UserFolder.Authority);

        // Whoever can connect is the author, unless it is said otherwise.
        var development = settings.Find(ServeSettings.Mode) is null ? ListenerArguments.IsLoopback(listener) : ServeOptions.IsDevelopment(settings);
        FolderServer.Options options = new(
            folder, listener, ServeOptions.LogLevel(settings), settings.IsOn(ServeSettings.LogRequests), eager, development, ServeOptions.Edge(settings, terminal));
        var onFailure = PlatformFactory.OnStorageFailure(terminal);
        await using var state = new StateFolders(PlatformFactory.OnStorageFailure(terminal));
        await using ProjectWorkflows workflows = new(onFailure);
        SubdomainRouter router = new();
        await using DevelopmentQueues queues = new(() => StateFolders.Of(folder), router, terminal, onFailure, options.LogLevel <= LogLevel.Info);
        await using var platform = PlatformFactory.Create(terminal, options.LogLevel, named: true, development, state.Stores(() => queues.Producer), origins: options.Edge.Origins, workflows: workflows);
        platform.Bound = state.Bound(terminal);
        await new FolderServer(platform, router, queues, options, state.Objects, TimeProvider.System).RunAsync(stop);
    }

    private static async Task ServePlatformAsync(SettingValues settings, Terminal terminal, CancellationToken stop)
    {
        using var data = DataFolder.Open(settings.Text(ServeSettings.Data), PlatformFactory.OnStorageFailure(terminal));
        // Before anything is opened: a mistake there ends the start.
        _ = PlatformSettings.Ai(settings);
        _ = PlatformSettings.Inbound(settings);
        IEmailCarrier email = PlatformSettings.Smtp(settings) is { } smtp ? new SmtpCarrier(smtp) : new NoEmail();
        data.MarkAsServed();
        var control = await data.AccountAsync() with { Listen = new IPEndPoint(ServeOptions.ControlAddress(settings), settings.Integer(ServeSettings.ControlPort)) };
        var processes = settings.Integer(ServeSettings.Processes);
        data.OpenPlatform(settings, PlatformFactory.OnStorageFailure(terminal));
        await using var kv = data.OpenKv(PlatformFactory.OnStorageFailure(terminal));
        await using var d1 = data.OpenD1(PlatformFactory.OnStorageFailure(terminal));
        await using var queues = data.OpenQueues(PlatformFactory.OnStorageFailure(terminal));
        await using var r2 = data.OpenR2(PlatformFactory.OnStorageFailure(terminal));
        await using var objects = data.OpenObjects(PlatformFactory.OnStorageFailure(terminal));
        await objects.SweepAsync(data.Catalog);
        ServedStores stores = new(kv, d1, queues, r2, objects);
        if (processes > 0)
        {
            await new SupervisedServer(terminal, data, stores, email, settings, control, TimeProvider.System).RunAsync(stop);
            return;
        }

        PlatformServer.Options options = new(settings, control, ServeOptions.Edge(settings, terminal), ServeOptions.RequestLog(settings, terminal));
        await using var requestLog = options.RequestLog;
        // Disposed of after the platform: what the last handlers use still counts.
        await using var usage = new UsageFeed(data, terminal);
        await using var platform = CreatePlatform(terminal, settings, options.Edge, WorkerStores.Of(kv, d1, queues, r2, () => objects.Store), data.Assets.Files, processes: 1);
        platform.Bound = new BoundServices(data.HyperdriveOrigins, processes: 1, TimeProvider.System)
        {
            Analytics = BoundServices.One(data.Platform.Analytics, PlatformFactory.OnStorageFailure(terminal)),
            Vectors = _ => data.Platform.Vectors,
            Ai = new AiChannel(PlatformSettings.Ai(settings)),
            Email = BoundServices.One(email),
        };
        await new PlatformServer(platform, data, stores, usage, email, options, TimeProvider.System).RunAsync(stop);
    }
}
