namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/drizzle-objects: drizzle-orm on the SQLite of a Durable Object, which migrates itself.</summary>
public sealed class DrizzleObjectsTests
{
    [Fact]
    public async Task It_is_developed()
    {
        await using var application = await Application.DevelopAsync("drizzle-objects");
        await application.DriveAsync("first");
        await application.RestartAsync();
        await application.DriveAsync("again");
    }
}
