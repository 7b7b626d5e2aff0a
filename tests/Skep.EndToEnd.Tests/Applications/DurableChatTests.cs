namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/durable-chat: rooms with partyserver, whose users have partysocket.</summary>
public sealed class DurableChatTests
{
    [Fact]
    public async Task It_is_developed()
    {
        await using var application = await Application.DevelopAsync("durable-chat");
        await Task.WhenAll(application.DriveAsync("first"), application.DriveAsync("hibernates"));
        await application.RestartAsync();
        await application.DriveAsync("again");
    }

    [Fact]
    public async Task It_is_deployed()
    {
        await using var application = await Application.DeployAsync("durable-chat");
        await Task.WhenAll(application.DriveAsync("first"), application.DriveAsync("hibernates"));
        await application.RestartAsync();
        await application.DriveAsync("again");
    }
}
