using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>A project outside the repository, and the real, unmodified wrangler to deploy it with: all that it is told is where its
/// Cloudflare is.</summary>
internal sealed partial class WranglerProject : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryProject _project = new();
    private readonly Dictionary<string, string> _environment;

    /// <param name="serverOutput">What <c>skep serve</c> printed at its first start: the three variables are in it.</param>
    public WranglerProject(string serverOutput)
    {
        _environment = Exports().Matches(serverOutput).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        Assert.Equal(["CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_BASE_URL", "CLOUDFLARE_API_TOKEN"], _environment.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>Where the project is.</summary>
    public string Folder => _project.Folder;

    /// <summary>Writes a file of the project.</summary>
    public void Write(string name, string content) => _project.Write(name, content);

    /// <summary>Makes a link to a folder elsewhere.</summary>
    public void Link(string name, string target) => Directory.CreateSymbolicLink(Path.Combine(_project.Folder, name), target);

    /// <summary>Runs wrangler; it must succeed. Returns what it printed.</summary>
    public async Task<string> RunAsync(string arguments, string? input = null)
    {
        var (exitCode, output) = await TryAsync(arguments, input);
        Assert.True(exitCode == 0, $"wrangler {arguments} ended with code {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Runs wrangler, and returns its exit code and what it printed.</summary>
    public async Task<(int ExitCode, string Output)> TryAsync(string arguments, string? input = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var wrangler = Process.Start(Command(arguments))!;
        var printed = wrangler.StandardOutput.ReadToEndAsync(cancellation);
        var complained = wrangler.StandardError.ReadToEndAsync(cancellation);
        await wrangler.StandardInput.WriteAsync(input);
        wrangler.StandardInput.Close();
        await wrangler.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
        return (wrangler.ExitCode, await printed + await complained);
    }

    /// <summary>Starts a wrangler that runs until it is disposed of.</summary>
    public WranglerProcess Start(string arguments) => new(Process.Start(Command(arguments))!);

    public void Dispose() => _project.Dispose();

    private ProcessStartInfo Command(string arguments)
    {
        ProcessStartInfo start = new(Repository.Node, [Repository.Wrangler, .. arguments.Split(' ')])
        {
            WorkingDirectory = _project.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        start.Environment["CI"] = "1";
        start.Environment["NO_COLOR"] = "1";
        start.Environment["WRANGLER_HIDE_BANNER"] = "true";
        start.Environment["WRANGLER_SEND_METRICS"] = "false";
        start.Environment["HOME"] = _project.Folder;
        start.Environment["XDG_CONFIG_HOME"] = _project.Folder;
        // A quarter of the time that each run takes is for compiling it.
        start.Environment["NODE_COMPILE_CACHE"] = Path.Combine(Repository.Root, "artifacts", "wrangler", "compile-cache");
        return start;
    }

    [GeneratedRegex(@"export (?<name>CLOUDFLARE_\w+)=(?<value>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exports();
}
