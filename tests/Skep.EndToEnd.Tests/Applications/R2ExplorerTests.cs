namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/r2-explorer: r2-explorer with two buckets, by the calls of its dashboard.</summary>
public sealed class R2ExplorerTests
{
    [Fact]
    public async Task It_is_developed()
    {
        await using var application = await Application.DevelopAsync("r2-explorer");
        await application.DriveAsync("first");
        await application.RestartAsync();
        await application.DriveAsync("again");
    }
}
