using System.Runtime.InteropServices;
using Skep.CommandLine;
using Skep.Hosting;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep reload</c>.</summary>
internal static partial class ReloadCommand
{
    private const int HangUp = 1;

    public static async Task RunAsync(ParsedArguments arguments, Terminal terminal)
    {
        var folder = DataArguments.Folder(arguments);
        var server = ServerMark.Find(folder) ?? throw new UsageException($"--data: no server serves {folder}.");
        if (kill(server, HangUp) != 0) throw new InvalidOperationException($"Process {server} could not be told (errno {Marshal.GetLastPInvokeError()}): run this as the server's user.");
        await terminal.WriteAsync(_ => $"Process {server} replaces its worker processes, one after the other. Its output says when that is done.");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
