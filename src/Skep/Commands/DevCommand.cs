using System.Collections.Immutable;
using Skep.CommandLine;
using Skep.Configuration;
using Skep.Edge.Listeners;
using Skep.Hosting;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep dev</c>.</summary>
internal static class DevCommand
{
    public static async Task RunAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        var workingFolder = Environment.CurrentDirectory;
        var logLevel = arguments.OneOf("log-level", LogLevels.ByName, LogLevel.Info);
        string?[] configurations = arguments.Values("config") is [_, ..] given ? [.. given] : [null];
        var directory = new DevelopmentDirectory();
        var edge = EdgeArguments.Read(arguments, terminal);
        await using var state = new StateFolders(PlatformFactory.OnStorageFailure(terminal));
        await using var platform = PlatformFactory.Create(
            terminal, logLevel, named: configurations.Length > 1, development: true, state.Kv, state.D1, root => state.Objects(root).Store, origins: edge.Origins);
        await using LocalObjects objects = new(directory, state.Objects);
        platform.Connect(directory);
        objects.Serve(platform);
        platform.WarmBundler();
        // As wrangler has it: the first project answers requests, it and the others call each other.
        DevelopmentServer[] others = [.. configurations.Skip(1).Select(configuration => Server(configuration, null, listener: null, Task.CompletedTask))];
        var running = others.Select(server => server.RunAsync(stop)).ToArray();
        var ready = Task.WhenAll(others.Select(server => server.Ready));
        await Task.WhenAll([.. running, Server(configurations[0], arguments.Argument, ListenerArguments.Read(arguments, UserFolder.Authority), ready).RunAsync(stop)]);

        DevelopmentServer Server(string? configuration, string? argument, ListenerOptions? listener, Task first) => new(
            platform,
            new(
                () => ProjectLocation.Find(argument, configuration, workingFolder),
                new(arguments.Value("env"), Variables(arguments)),
                listener,
                logLevel,
                workingFolder,
                edge,
                directory,
                first),
            TimeProvider.System);
    }

    private static ImmutableArray<KeyValuePair<string, string>> Variables(ParsedArguments arguments) =>
    [
        .. arguments.Values("var").Select(text => text.IndexOf(':') is > 0 and var colon
            ? KeyValuePair.Create(text[..colon], text[(colon + 1)..])
            : throw new UsageException($"--var must be KEY:VALUE, but is \"{text}\".")),
    ];
}
