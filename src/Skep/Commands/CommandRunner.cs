using System.Reflection;
using Skep.CommandLine;
using Skep.Configuration;
using Skep.Diagnostics;
using Skep.Hosting;
using Skep.LocalData;
using Skep.Output;
using Skep.V8;

namespace Skep.Commands;

/// <summary>Chooses the command and turns its end into an exit code: 0 done, 1 failed, 2 misused.</summary>
internal static class CommandRunner
{
    private const int Failed = 1;
    private const int Misused = 2;

    private static readonly Dictionary<Command, Action> _actions = new(DataCommands.All.Select(each => KeyValuePair.Create<Command, Action>(each.Command, each.RunAsync)))
    {
        [CommandCatalog.Dev] = Do(DevCommand.RunAsync),
        [CommandCatalog.Serve] = Do(ServeCommand.RunAsync),
        [CommandCatalog.Reload] = Do((arguments, terminal, _) => ReloadCommand.RunAsync(arguments, terminal)),
        [CommandCatalog.Token] = Do((arguments, terminal, _) => TokenCommand.RunAsync(arguments, terminal)),
        [CommandCatalog.Worker] = Do(WorkerCommand.RunAsync),
        [CommandCatalog.Backup] = Do((arguments, terminal, _) => BackupCommand.RunAsync(arguments, terminal)),
        [CommandCatalog.Restore] = Do((arguments, terminal, _) => RestoreCommand.RunAsync(arguments, terminal)),
        [CommandCatalog.Doctor] = (arguments, terminal, _) => DoctorCommand.RunAsync(arguments, terminal),
        [CommandCatalog.Snapshot] = Do((arguments, _, _) =>
        {
            SnapshotCommand.Run(arguments);
            return Task.CompletedTask;
        }),
    };

    private delegate Task<int> Action(ParsedArguments arguments, Terminal terminal, CancellationToken stop);

    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var terminal = Terminal.ForProcess();
        try
        {
            if (arguments is [] or ["--help" or "-h" or "help"])
            {
                await terminal.WriteAsync(_ => Help.Overview(CommandCatalog.All, DataCommands.Groups));
                return arguments.Length == 0 ? Misused : 0;
            }

            if (arguments is ["--version" or "-v"])
            {
                await terminal.WriteAsync(_ => $"skep {Version()} (V8 {Engine.Version})");
                return 0;
            }

            var wantsHelp = arguments.Contains("--help") || arguments.Contains("-h");
            if (CommandCatalog.Find(arguments) is not { } command)
            {
                if (!wantsHelp || DataCommands.Groups.FirstOrDefault(each => each.Name == arguments[0]) is not { } group) throw Unknown(arguments);
                await terminal.WriteAsync(_ => Help.Of(group, CommandCatalog.All));
                return 0;
            }

            if (wantsHelp)
            {
                await terminal.WriteAsync(_ => Help.Of(command));
                return 0;
            }

            return await RunAsync(command, ParsedArguments.Parse(command, arguments.AsSpan(command.Words.Length)), terminal);
        }
        catch (UsageException misuse)
        {
            await terminal.WriteErrorAsync(style => $"{style.Red("✘")} {misuse.Message}\n  See skep --help.");
            return Misused;
        }
        catch (DiagnosticException failure)
        {
            await terminal.WriteErrorAsync(style => DiagnosticPrinter.Format(failure.Diagnostics, style, Environment.CurrentDirectory));
            return Failed;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException or ArgumentException)
        {
            // What the machine refuses (a port in use, a missing file) has a message that says what to do; the rest is a bug, and
            // its stack is wanted.
            await terminal.WriteErrorAsync(style => $"{style.Red("✘ error:")} {failure.Message}");
            if (Environment.GetEnvironmentVariable("SKEP_DEBUG") is { Length: > 0 }) await terminal.WriteErrorAsync(_ => failure.ToString());
            return Failed;
        }
    }

    /// <summary>Whether these arguments lead to something that needs V8 in this process. What is wrong with them is said later.</summary>
    public static bool NeedsEngine(string[] arguments)
    {
        if (arguments is ["--version" or "-v"]) return true;
        if (CommandCatalog.Find(arguments) is not { } command) return false;
        if (command != CommandCatalog.Serve) return command == CommandCatalog.Dev || command == CommandCatalog.WorkerProcess || command == CommandCatalog.Snapshot;
        try
        {
            return !ServeCommand.IsSupervised(ParsedArguments.Parse(command, arguments.AsSpan(1)));
        }
        catch (Exception wrong) when (wrong is UsageException or DiagnosticException)
        {
            return false;
        }
    }

    private static async Task<int> RunAsync(Command command, ParsedArguments arguments, Terminal terminal)
    {
        if (command == CommandCatalog.WorkerProcess)
        {
            await WorkerProcessCommand.RunAsync(arguments);
            return 0;
        }

        using var shutdown = new Shutdown(hangUpEnds: command != CommandCatalog.Serve || !ServeCommand.IsSupervised(arguments));
        try
        {
            return await _actions[command](arguments, terminal, shutdown.Requested);
        }
        catch (OperationCanceledException) when (shutdown.Requested.IsCancellationRequested)
        {
            // Asked to end before it was ready.
            return 0;
        }
    }

    private static Action Do(Func<ParsedArguments, Terminal, CancellationToken, Task> action) => async (arguments, terminal, stop) =>
    {
        await action(arguments, terminal, stop);
        return 0;
    };

    private static UsageException Unknown(string[] arguments)
    {
        Command[] group = [.. CommandCatalog.All.Where(command => command.Words.Length > 1 && command.Words[0] == arguments[0])];
        if (group.Length > 0) return new UsageException($"Say what to do: {string.Join(", ", group.Select(command => $"skep {command.Name}"))}.");
        var meant = Spelling.Nearest(arguments[0], CommandCatalog.All.Where(command => !command.Hidden).Select(command => command.Words[0]).Distinct());
        return new UsageException($"There is no command \"{arguments[0]}\"." + (meant is null ? "" : $" Did you mean \"{meant}\"?"));
    }

    private static string Version() =>
        typeof(CommandRunner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
