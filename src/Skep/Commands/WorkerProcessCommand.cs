using System.Globalization;
using System.Runtime.InteropServices;
using Skep.CommandLine;
using Skep.Supervision.WorkerSide;

namespace Skep.Commands;

/// <summary>What a worker process of <c>skep serve</c> runs.</summary>
internal static class WorkerProcessCommand
{
    public static async Task RunAsync(ParsedArguments arguments)
    {
        if (!int.TryParse(arguments.Value("link"), NumberStyles.None, CultureInfo.InvariantCulture, out var link))
            throw new UsageException("skep serve starts this command by itself.");

        // A terminal's Ctrl+C and a service manager's SIGTERM go to every process. The supervisor decides what they mean.
        using var interrupt = Ignore(PosixSignal.SIGINT);
        using var terminate = Ignore(PosixSignal.SIGTERM);
        using var hangUp = Ignore(PosixSignal.SIGHUP);
        using WorkerProcessHost host = new(link, TimeProvider.System);
        await host.RunAsync(ServeCommand.CreatePlatform);
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) => PosixSignalRegistration.Create(signal, static context => context.Cancel = true);
}
