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
        var options = new DevelopmentServer.Options(
            () => ProjectLocation.Find(arguments.Argument, arguments.Value("config"), workingFolder),
            new(arguments.Value("env"), Variables(arguments)),
            ListenerArguments.Read(arguments, UserFolder.Authority),
            arguments.OneOf("log-level", LogLevels.ByName, LogLevel.Info),
            workingFolder,
            EdgeArguments.Read(arguments, terminal));
        await using var platform = PlatformFactory.Create(terminal, options.LogLevel, named: false, development: true);
        platform.WarmBundler();
        await new DevelopmentServer(platform, options, TimeProvider.System).RunAsync(stop);
    }

    private static ImmutableArray<KeyValuePair<string, string>> Variables(ParsedArguments arguments) =>
    [
        .. arguments.Values("var").Select(text => text.IndexOf(':') is > 0 and var colon
            ? KeyValuePair.Create(text[..colon], text[(colon + 1)..])
            : throw new UsageException($"--var must be KEY:VALUE, but is \"{text}\".")),
    ];
}
