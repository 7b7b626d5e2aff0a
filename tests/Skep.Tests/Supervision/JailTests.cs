using System.Diagnostics;
using Skep.Supervision.Sandbox;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Supervision;

/// <summary>What a process that is locked up can still do, tried by processes that do it.</summary>
public sealed class JailTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly Jail _jail = new(readable: []);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _jail.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_file_of_the_data_folder_cannot_be_opened()
    {
        var secret = _data.Write("secrets.key", "the key");
        Assert.Equal("the key", (await RunAsync(Process.Start, $"cat {secret}")).Output);

        var (exitCode, output) = await RunAsync(_jail.Start, $"cat {secret}");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Permission denied", output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await RunAsync(_jail.Start, $"ls {_data.Path}")).ExitCode);
        Assert.NotEqual(0, (await RunAsync(_jail.Start, $"touch {_data.Path}/new")).ExitCode);
        Assert.NotEqual(0, (await RunAsync(_jail.Start, "ls /root /home")).ExitCode);
    }

    [Fact]
    public async Task The_temporary_folder_can_be_written_and_the_program_read()
    {
        Assert.Equal((0, "kept"), await RunAsync(_jail.Start, "echo kept > $TMPDIR/file && cat $TMPDIR/file"));
        Assert.Equal(0, (await RunAsync(_jail.Start, $"ls {AppContext.BaseDirectory}")).ExitCode);
        Assert.NotEqual(0, (await RunAsync(_jail.Start, $"touch {AppContext.BaseDirectory}/new")).ExitCode);
    }

    [Fact]
    public async Task Processes_outside_cannot_be_signalled()
    {
        Assert.Equal(0, (await RunAsync(Process.Start, $"kill -0 {Environment.ProcessId}")).ExitCode);
        Assert.NotEqual(0, (await RunAsync(_jail.Start, $"kill -0 {Environment.ProcessId}")).ExitCode);
    }

    [Fact]
    public void The_threads_of_this_process_stay_free() => Assert.Equal("free", File.ReadAllText(_data.Write("file", "free")));

    [Fact]
    public void A_data_folder_that_could_be_seen_is_refused()
    {
        Assert.Null(Jail.Obstacle(_data.Path));
        Assert.Contains("/usr", Jail.Obstacle("/usr/share/skep"), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(Func<ProcessStartInfo, Process?> launch, string command)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = launch(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation) + await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, output.Trim());
    }
}
