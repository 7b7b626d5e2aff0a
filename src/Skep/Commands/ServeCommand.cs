using System.Net;
using Skep.CommandLine;
using Skep.Hosting;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep serve</c>: what was deployed or, with <c>--workers</c>, what lies in a folder.</summary>
internal static class ServeCommand
{
    private const int DefaultControlPort = 8788;

    // Whether the clients are the author. Those of a loopback address are, unless it is said otherwise.
    private static readonly Dictionary<string, bool> _modes = new() { ["development"] = true, ["production"] = false };

    public static Task RunAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop) =>
        arguments.Value("workers") is { } folder ? ServeFolderAsync(folder, arguments, terminal, stop) : ServePlatformAsync(arguments, terminal, stop);

    private static async Task ServeFolderAsync(string given, ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
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

    private static async Task ServePlatformAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        using var data = DataFolder.Open(DataArguments.Folder(arguments));
        var listener = ListenerArguments.Read(arguments);
        var development = arguments.OneOf("mode", _modes, otherwise: false);
        var logLevel = arguments.OneOf("log-level", LogLevels.ByName, LogLevel.Info);
        var options = new PlatformServer.Options(
            listener,
            await data.AccountAsync() with { Listen = new IPEndPoint(ControlAddress(arguments), arguments.Port("control-port", DefaultControlPort)) },
            arguments.Value("domain") ?? "localhost",
            logLevel,
            arguments.Has("log-requests"))
        {
            RequestLog = RequestLogArguments.Open(arguments, terminal),
            Telemetry = TelemetryArguments.Read(arguments),
            AcceptTraceContext = TelemetryArguments.Context(arguments).Accept,
        };
        await using var requestLog = options.RequestLog;
        // Disposed of after the platform: what the last handlers use still counts.
        await using var usage = new UsageFeed(data, terminal);
        await using var platform = PlatformFactory.Create(terminal, logLevel, named: true, development, TelemetryArguments.Context(arguments).Propagate);
        await new PlatformServer(platform, data, usage, options, TimeProvider.System).RunAsync(stop);
    }

    private static IPAddress ControlAddress(ParsedArguments arguments)
    {
        var given = arguments.Value("control-host") ?? "127.0.0.1";
        return given switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(given, out var address) ? address : throw new UsageException($"--control-host: \"{given}\" is not an address: use an IP address, localhost or *."),
        };
    }
}
