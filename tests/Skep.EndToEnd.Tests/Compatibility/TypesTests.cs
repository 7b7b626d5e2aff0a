using System.Diagnostics;

namespace Skep.EndToEnd.Tests.Compatibility;

public sealed class TypesTests
{
    [Fact]
    public async Task A_worker_finds_all_that_the_Workers_types_declare_but_what_the_page_names()
    {
        ProcessStartInfo start = new(Repository.Node, [Path.Combine(Repository.Root, "build", "types-coverage.mjs"), "--check"])
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
