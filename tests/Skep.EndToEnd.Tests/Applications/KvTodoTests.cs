namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/kv-todo: to-do lists with Remix, kept in KV, beside static assets.</summary>
public sealed class KvTodoTests
{
    [Fact]
    public async Task It_is_developed()
    {
        await using var application = await Application.DevelopAsync("kv-todo");
        await application.DriveAsync("first");
        await application.RestartAsync();
        await application.DriveAsync("again");
    }
}
