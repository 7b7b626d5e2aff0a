using System.Net;
using Skep.Abstractions.Assets;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Objects;
using Skep.CommandLine;
using Skep.Edge.Assets;
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
    public static WorkerPlatform CreatePlatform(Terminal terminal, SettingValues settings, EdgeSettings edge, IKvStore kv, ID1Store d1, Func<string, IObjectStore>? objects, IAssetStore assets, int processes) => PlatformFactory.Create(
        terminal,
        ServeOptions.LogLevel(settings),
        named: true,
        ServeOptions.IsDevelopment(settings),
        _ => kv,
        _ => d1,
        objects,
        new AssetBodies(assets, AssetMemoryBytes / processes),
        edge.Origins,
        // A process that is not there would not hear of what is purged: its cache must end with it.
        settings.Integer(ServeSettings.Processes) > 0 ? null : Path.Combine(Path.GetFullPath(settings.Text(ServeSettings.Data)), DataFolder.CacheFolder),
        ServeOptions.TraceContext(settings).Propagate,
        processes);

    private static async Task ServeFolderAsync(string given, bool eager, SettingValues settings, Terminal terminal, CancellationToken stop)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        if (!Directory.Exists(folder)) throw new UsageException($"--workers: there is no folder {given}.");
        var listener = ServeOptions.Listener(settings, UserFolder.Authority);

        // Whoever can connect is the author, unless it is said otherwise.
        var development = settings.Find(ServeSettings.Mode) is null ? ListenerArguments.IsLoopback(listener) : ServeOptions.IsDevelopment(settings);
        FolderServer.Options options = new(
            folder, listener, ServeOptions.LogLevel(settings), settings.IsOn(ServeSettings.LogRequests), eager, development, ServeOptions.Edge(settings, terminal));
        await using var state = new StateFolders(PlatformFactory.OnStorageFailure(terminal));
        await using var platform = PlatformFactory.Create(terminal, options.LogLevel, named: true, development, state.Kv, state.D1, root => state.Objects(root).Store, origins: options.Edge.Origins);
        await new FolderServer(platform, options, state.Objects, TimeProvider.System).RunAsync(stop);
    }

    private static async Task ServePlatformAsync(SettingValues settings, Terminal terminal, CancellationToken stop)
    {
        using var data = DataFolder.Open(settings.Text(ServeSettings.Data));
        data.MarkAsServed();
        var control = await data.AccountAsync() with { Listen = new IPEndPoint(ServeOptions.ControlAddress(settings), settings.Integer(ServeSettings.ControlPort)) };
        var processes = settings.Integer(ServeSettings.Processes);
        await using var kv = data.OpenKv(PlatformFactory.OnStorageFailure(terminal));
        await using var d1 = data.OpenD1(PlatformFactory.OnStorageFailure(terminal));
        if (processes > 0)
        {
            await new SupervisedServer(terminal, data, kv, d1, settings, control, TimeProvider.System).RunAsync(stop);
            return;
        }

        PlatformServer.Options options = new(settings, control, ServeOptions.Edge(settings, terminal), ServeOptions.RequestLog(settings, terminal));
        await using var requestLog = options.RequestLog;
        // Disposed of after the platform: what the last handlers use still counts.
        await using var usage = new UsageFeed(data, terminal);
        await using var objects = data.OpenObjects(PlatformFactory.OnStorageFailure(terminal));
        await using var platform = CreatePlatform(terminal, settings, options.Edge, kv, d1, _ => objects.Store, data.Assets.Files, processes: 1);
        await new PlatformServer(platform, data, kv, d1, objects, usage, options, TimeProvider.System).RunAsync(stop);
    }
}
