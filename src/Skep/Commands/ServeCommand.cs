using Skep.CommandLine;
using Skep.Hosting;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep serve</c>.</summary>
internal static class ServeCommand
{
    // Whether the clients are the author. Those of a loopback address are, unless it is said otherwise.
    private static readonly Dictionary<string, bool> _modes = new() { ["development"] = true, ["production"] = false };

    public static async Task RunAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        var given = arguments.Value("workers") ?? throw new UsageException("--workers DIR is missing: the folder with the Workers.");
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        if (!Directory.Exists(folder)) throw new UsageException($"--workers: there is no folder {given}.");
        var listener = ListenerArguments.Read(arguments);
        var development = arguments.OneOf("mode", _modes, ListenerArguments.IsLoopback(listener));
        var options = new FolderServer.Options(
            folder,
            listener,
            arguments.OneOf("log-level", LogLevels.ByName, LogLevel.Info),
            arguments.Has("log-requests"),
            arguments.Has("eager"),
            development);
        await using var platform = PlatformFactory.Create(terminal, options.LogLevel, named: true, development);
        await new FolderServer(platform, options, TimeProvider.System).RunAsync(stop);
    }
}
