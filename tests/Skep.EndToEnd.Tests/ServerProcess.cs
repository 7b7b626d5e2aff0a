using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Skep.EndToEnd.Tests;

/// <summary>A real <c>skep</c> process that serves on a port of its own until it is disposed of.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Task ended;

    private ServerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        ended = process.WaitForExitAsync();
    }

    /// <summary>The process itself.</summary>
    public int Id => process.Id;

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>Starts <c>skep</c> with the arguments and a port that it chooses, and waits until it says which.</summary>
    public static Task<ServerProcess> Start(CancellationToken cancellation, params IEnumerable<string> arguments) => Start([], cancellation, arguments);

    /// <inheritdoc cref="Start(CancellationToken, IEnumerable{string})"/>
    /// <param name="environment">What its environment has beside that of the tests.</param>
    public static Task<ServerProcess> Start(
        IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellation, params IEnumerable<string> arguments) =>
        Start(environment, "", arguments, cancellation);

    /// <summary>Starts <c>skep serve</c> on a data folder, and waits until it has said how to reach its control plane.</summary>
    public static Task<ServerProcess> Serve(string folder, CancellationToken cancellation, params IEnumerable<string> options) =>
        Start([], "CLOUDFLARE_API_TOKEN", ["serve", "--data", folder, "--control-port", "0", .. options], cancellation);

    /// <summary>Waits until it has printed <paramref name="text"/>.</summary>
    public Task Printed(string text, CancellationToken cancellation) =>
        Printed(all => all.Contains(text, StringComparison.Ordinal), $"\"{text}\"", cancellation);

    /// <summary>Waits until it has printed something that fits so many times, and returns all of it.</summary>
    public async Task<MatchCollection> Printed(Regex pattern, int times, CancellationToken cancellation)
    {
        var matches = pattern.Matches("");
        await Printed(all => (matches = pattern.Matches(all)).Count >= times, $"\"{pattern}\" {times} times", cancellation);
        return matches;
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> Terminate(CancellationToken cancellation)
    {
        Assert.Equal(0, Kill(process.Id, SigTerm));
        await ended.WaitAsync(Patience, cancellation);
        return process.ExitCode;
    }

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    /// <summary>Ends this process at once; those that it has started are on their own.</summary>
    public async Task CrashAlone(CancellationToken cancellation)
    {
        process.Kill();
        await ended.WaitAsync(Patience, cancellation);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Crash() => process.Kill(entireProcessTree: true);

    /// <summary>Runs a command that ends by itself, and returns its exit code and what it printed.</summary>
    public static Task<(int ExitCode, string Output)> Run(CancellationToken cancellation, params IEnumerable<string> arguments) => RunIn(Environment.CurrentDirectory, cancellation, arguments);

    /// <summary>The same, in a folder.</summary>
    public static async Task<(int ExitCode, string Output)> RunIn(string folder, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Repository.Skep, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        using var command = Process.Start(start)!;
        var printed = command.StandardOutput.ReadToEndAsync(cancellation);
        var complained = command.StandardError.ReadToEndAsync(cancellation);
        await command.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
        return (command.ExitCode, await printed + await complained);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited && Kill(process.Id, SigTerm) == 0)
        {
            if (await Task.WhenAny(ended, Task.Delay(Patience)) != ended)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"skep did not end within {Patience.TotalSeconds} s of SIGTERM.\n{Output}");
            }
        }

        process.Dispose();
    }

    private static async Task<ServerProcess> Start(
        IEnumerable<KeyValuePair<string, string>> environment, string last, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(Repository.Skep, [.. arguments, "--port", "0"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        ServerProcess server = new(Process.Start(start)!);
        try
        {
            var ready = await server.Printed(ReadyLine(), 1, cancellation);
            server.Port = int.Parse(ready[0].Groups["port"].Value, CultureInfo.InvariantCulture);
            await server.Printed(last, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task Printed(Func<string, bool> holds, string what, CancellationToken cancellation)
    {
        for (var started = Stopwatch.StartNew(); ;)
        {
            // Asked first: once it has ended, all that it printed is there.
            var over = ended.IsCompleted;
            if (holds(Output)) return;
            if (over) throw new InvalidOperationException($"skep ended with code {process.ExitCode} before it printed {what}.\n{Output}");
            if (started.Elapsed > Patience) throw new TimeoutException($"skep did not print {what}.\n{Output}");
            await Task.Delay(10, cancellation);
        }
    }

    private void Append(string? line)
    {
        lock (output) output.AppendLine(line);
    }

    [GeneratedRegex(@"skep .*https?://\S+:(?<port>\d+) ready in", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ReadyLine();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
