using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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

    private ServerProcess(Process process, int port)
    {
        this.process = process;
        Port = port;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
    }

    /// <summary>The process itself.</summary>
    public int Id => process.Id;

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>Starts <c>skep</c> with the arguments and <c>--port</c>, and waits until it accepts connections.</summary>
    public static Task<ServerProcess> Start(CancellationToken cancellation, params IEnumerable<string> arguments) => Start([], cancellation, arguments);

    /// <inheritdoc cref="Start(CancellationToken, IEnumerable{string})"/>
    /// <param name="environment">What its environment has beside that of the tests.</param>
    public static async Task<ServerProcess> Start(
        IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        var port = FreePort();
        ProcessStartInfo start = new(Repository.Skep, [.. arguments, "--port", $"{port}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        ServerProcess server = new(Process.Start(start)!, port);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        try
        {
            await server.Listening(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it has printed <paramref name="text"/>.</summary>
    public async Task Printed(string text, CancellationToken cancellation)
    {
        var started = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (process.HasExited) throw new InvalidOperationException($"skep ended with code {process.ExitCode} before it printed \"{text}\".\n{Output}");
            if (started.Elapsed > Patience) throw new TimeoutException($"skep did not print \"{text}\".\n{Output}");
            await Task.Delay(10, cancellation);
        }
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> Terminate(CancellationToken cancellation)
    {
        Assert.Equal(0, Kill(process.Id, SigTerm));
        await process.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
        return process.ExitCode;
    }

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    /// <summary>Ends this process at once; those that it has started are on their own.</summary>
    public async Task CrashAlone(CancellationToken cancellation)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
    }

    /// <summary>Waits until it has printed something that fits, and returns all of it.</summary>
    public async Task<MatchCollection> Printed(Regex pattern, int times, CancellationToken cancellation)
    {
        var started = Stopwatch.StartNew();
        for (;;)
        {
            var matches = pattern.Matches(Output);
            if (matches.Count >= times) return matches;
            if (process.HasExited) throw new InvalidOperationException($"skep ended with code {process.ExitCode} before it printed \"{pattern}\" {times} times.\n{Output}");
            if (started.Elapsed > Patience) throw new TimeoutException($"skep did not print \"{pattern}\" {times} times.\n{Output}");
            await Task.Delay(10, cancellation);
        }
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
            var ended = process.WaitForExitAsync();
            if (await Task.WhenAny(ended, Task.Delay(Patience)) != ended)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"skep did not end within {Patience.TotalSeconds} s of SIGTERM.\n{Output}");
            }
        }

        process.Dispose();
    }

    private async Task Listening(CancellationToken cancellation)
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < Patience)
        {
            if (process.HasExited) throw new InvalidOperationException($"skep ended with code {process.ExitCode}.\n{Output}");
            using TcpClient client = new();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port, cancellation);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, cancellation); // not listening yet
            }
        }

        throw new TimeoutException($"skep does not listen after {Patience.TotalSeconds} s.\n{Output}");
    }

    private void Append(string? line)
    {
        lock (output) output.AppendLine(line);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
