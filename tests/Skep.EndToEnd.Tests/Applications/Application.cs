using System.Diagnostics;
using System.Text;
using Skep.EndToEnd.Tests.Supervision;
using Skep.EndToEnd.Tests.Wrangler;

namespace Skep.EndToEnd.Tests.Applications;

/// <summary>A folder of tests/applications that runs: a project made of public packages, and in its client.mjs what its users do with it,
/// over HTTP and WebSockets, with the clients that those packages have.</summary>
internal sealed class Application : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryProject _files;
    private readonly string _folder;
    private readonly Func<Task<ServerProcess>> _start;
    private readonly string _host;
    private ServerProcess _server;

    private Application(TemporaryProject files, string folder, string host, Func<Task<ServerProcess>> start, ServerProcess server) =>
        (_files, _folder, _host, _start, _server) = (files, folder, host, start, server);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Runs it with <c>skep dev</c>.</summary>
    /// <param name="name">The folder.</param>
    /// <param name="environment">What <c>skep dev</c> is told beside.</param>
    public static async Task<Application> DevelopAsync(string name, params KeyValuePair<string, string>[] environment)
    {
        TemporaryProject files = new();
        var folder = Copy(name, files.Folder);
        return new Application(files, folder, "127.0.0.1", StartAsync, await StartAsync());

        Task<ServerProcess> StartAsync() => ServerProcess.Start(environment, Cancellation, "dev", folder);
    }

    /// <summary>Deploys it with the real wrangler to a <c>skep serve</c> with two worker processes.</summary>
    /// <param name="name">The folder.</param>
    /// <param name="commands">What wrangler does after <c>deploy</c>.</param>
    /// <param name="arguments">What <c>skep serve</c> is told beside.</param>
    public static async Task<Application> DeployAsync(string name, string[]? commands = null, string[]? arguments = null)
    {
        TemporaryProject files = new();
        var folder = Copy(name, files.Folder);
        Application application = new(files, folder, $"app-{name}.localhost", StartAsync, await StartAsync());
        try
        {
            using WranglerProject wrangler = new(application._server.Output);
            foreach (var command in (string[])["deploy", .. commands ?? []]) await wrangler.RunAsync($"{command} --cwd {folder}");
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        Task<ServerProcess> StartAsync() => ServerProcess.Serve(
            Path.Combine(files.Folder, "data"), Cancellation, ["--processes", "2", "--log-level", "debug", .. arguments ?? []]);
    }

    /// <summary>Lets the users do a part of what they do; returns what they say.</summary>
    /// <param name="part">A function of client.mjs.</param>
    /// <param name="arguments">What it is told beside where the application is.</param>
    public Task<string> DriveAsync(string part, params IEnumerable<string> arguments) => DriveAsync(part, static _ => { }, arguments);

    /// <summary>Lets the users of a deployed application do a part of what they do; once they say that they are connected, the worker
    /// processes die, one after the other.</summary>
    public async Task DriveAmongCrashesAsync(string part)
    {
        var serving = await WorkerProcesses.ServingAsync(_server, 2);
        TaskCompletionSource connected = new();
        var driving = DriveAsync(part, line =>
        {
            if (line == "connected") connected.TrySetResult();
        });
        if (await Task.WhenAny(driving, connected.Task) == driving) await driving;
        for (var killed = 0; killed < serving.Count; killed++)
        {
            ServerProcess.Signal(serving[killed], SupervisedServer.SigKill);
            await WorkerProcesses.ServingAsync(_server, serving.Count + killed + 1);
        }

        await driving;
    }

    /// <summary>Stops the server in good order, and begins anew with what it has kept.</summary>
    public async Task RestartAsync()
    {
        await _server.DisposeAsync();
        _server = await _start();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _files.Dispose();
    }

    /// <summary>What a part said that is to be told to a later one.</summary>
    public static string[] Kept(string said) =>
        said.Split('\n').First(line => line.StartsWith("kept: ", StringComparison.Ordinal)).Trim()["kept: ".Length..].Split(' ');

    private async Task<string> DriveAsync(string part, Action<string?> hear, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Repository.Node, [Path.Combine(_files.Folder, "drive.mjs"), $"http://{_host}:{_server.Port}", part, .. arguments])
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var client = Process.Start(start)!;
        StringBuilder said = new();
        client.OutputDataReceived += Append;
        client.ErrorDataReceived += Append;
        client.BeginOutputReadLine();
        client.BeginErrorReadLine();
        try
        {
            await client.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
        }
        catch (TimeoutException)
        {
            client.Kill();
            await client.WaitForExitAsync(Cancellation);
        }

        Assert.True(client.ExitCode == 0 && Said().Contains($"{part}: all checks passed", StringComparison.Ordinal), $"{Said()}\n{_server.Output}");
        return Said();

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (said) said.AppendLine(line.Data);
            hear(line.Data);
        }

        string Said()
        {
            lock (said) return said.ToString();
        }
    }

    // Beside the others' files and the packages, as in the repository, where the packages are not.
    private static string Copy(string name, string to)
    {
        var from = Path.Combine(Repository.Root, "tests", "applications");
        foreach (var file in (IEnumerable<string>)[.. Directory.EnumerateFiles(from, "*.mjs"), .. Directory.EnumerateFiles(Path.Combine(from, name), "*", SearchOption.AllDirectories)])
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateSymbolicLink(Path.Combine(to, "node_modules"), Path.Combine(Repository.Root, "artifacts", "applications", "node_modules"));
        return Path.Combine(to, name);
    }
}
