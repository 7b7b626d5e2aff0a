namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/d1-comments: a database made by migrations, with and without sessions.</summary>
public sealed class D1CommentsTests
{
    [Fact]
    public async Task It_is_deployed()
    {
        await using var application = await Application.DeployAsync("d1-comments", ["d1 migrations apply DB --remote"]);
        await application.DriveAsync("first");
    }
}
