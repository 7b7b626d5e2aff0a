using System.Diagnostics;

namespace Skep.EndToEnd.Tests.Compatibility;

/// <summary>A script of build/ that compares a page of docs/ with what is.</summary>
internal static class PageCheck
{
    public static async Task RunAsync(string script)
    {
        ProcessStartInfo start = new(Repository.Node, [Path.Combine(Repository.Root, "build", script), "--check"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, errors);
    }
}
