using System.Net;
using Skep.CommandLine;
using Skep.Hosting;
using Skep.Output;
using Skep.Settings;
using Skep.Supervision;

namespace Skep.Commands;

/// <summary><c>skep serve</c>: what was deployed or, with <c>--workers</c>, what lies in a folder.</summary>
internal static class ServeCommand
{
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

    /// <summary>What workers run on.</summary>
    public static WorkerPlatform CreatePlatform(Terminal terminal, SettingValues settings, int processes) =>
        PlatformFactory.Create(terminal, ServeOptions.LogLevel(settings), named: true, ServeOptions.IsDevelopment(settings), processes);

    private static async Task ServeFolderAsync(string given, bool eager, SettingValues settings, Terminal terminal, CancellationToken stop)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        if (!Directory.Exists(folder)) throw new UsageException($"--workers: there is no folder {given}.");
        var listener = ServeOptions.Listener(settings);

        // Whoever can connect is the author, unless it is said otherwise.
        var development = settings.Find(ServeSettings.Mode) is null ? ListenerArguments.IsLoopback(listener) : ServeOptions.IsDevelopment(settings);
        FolderServer.Options options = new(folder, listener, ServeOptions.LogLevel(settings), settings.IsOn(ServeSettings.LogRequests), eager, development);
        await using var platform = PlatformFactory.Create(terminal, options.LogLevel, named: true, development);
        await new FolderServer(platform, options, TimeProvider.System).RunAsync(stop);
    }

    private static async Task ServePlatformAsync(SettingValues settings, Terminal terminal, CancellationToken stop)
    {
        using var data = DataFolder.Open(settings.Text(ServeSettings.Data));
        data.MarkAsServed();
        var control = await data.AccountAsync() with { Listen = new IPEndPoint(ServeOptions.ControlAddress(settings), settings.Integer(ServeSettings.ControlPort)) };
        if (settings.Integer(ServeSettings.Processes) > 0)
        {
            await new SupervisedServer(terminal, data, settings, control, TimeProvider.System).RunAsync(stop);
            return;
        }

        await using var platform = CreatePlatform(terminal, settings, processes: 1);
        await new PlatformServer(platform, data, settings, control, TimeProvider.System).RunAsync(stop);
    }
}
