namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/openauth: an OpenAuth issuer on KV and D1, with passwords and codes, and OpenAuth's own client.</summary>
public sealed class OpenAuthTests
{
    [Fact]
    public async Task It_is_deployed()
    {
        await using var application = await Application.DeployAsync("openauth", ["d1 migrations apply AUTH_DB --remote"]);
        var kept = Application.Kept(await application.DriveAsync("first"));
        await application.RestartAsync();
        await application.DriveAsync("again", kept);
    }
}
