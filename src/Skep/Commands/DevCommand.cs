using System.Collections.Immutable;
using Skep.CommandLine;
using Skep.Configuration;
using Skep.Edge.Listeners;
using Skep.Edge.Tailing;
using Skep.Hosting;
using Skep.LocalData;
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
        using StateEndpoints endpoints = new(terminal);
        await using var state = new StateFolders(PlatformFactory.OnStorageFailure(terminal), endpoints.Open);
        using var answering = endpoints.Serve(state);
        await using ProjectWorkflows workflows = new(PlatformFactory.OnStorageFailure(terminal));
        // As wrangler has it: what several projects share is kept with the first.
        await using DevelopmentQueues queues = new(
            () => StateFolders.Of(ProjectLocation.Find(arguments.Argument, configurations[0], workingFolder).Root),
            directory, terminal, PlatformFactory.OnStorageFailure(terminal), logLevel <= LogLevel.Info);
        await using var platform = PlatformFactory.Create(
            terminal, logLevel, named: configurations.Length > 1, development: true, state.Stores(() => queues.Producer), origins: edge.Origins, workflows: workflows);
        platform.Bound = state.Bound(terminal);
        await using LocalObjects objects = new(directory, state.Objects);
        platform.Connect(directory);
        await using TailConsumers tails = new(null, directory, platform.Services.Observer, TimeProvider.System);
        platform.Observe(new MappedTraces(tails, platform.Sources));
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
                queues,
                tails,
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
