using Skep.Testing;

namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/agents: the agents package with its chat, its schedules and queues, its MCP servers, and its own clients.</summary>
public sealed class AgentsTests
{
    [Fact]
    public async Task It_is_developed()
    {
        using FakeModels models = new();
        await using var application = await Application.DevelopAsync("agents", new KeyValuePair<string, string>("SKEP_AI_URL", models.Url));
        await Task.WhenAll(application.DriveAsync("first"), application.DriveAsync("hibernates"));
        await application.RestartAsync();
        await application.DriveAsync("again");
    }

    [Fact]
    public async Task It_is_deployed()
    {
        using FakeModels models = new();
        await using var application = await Application.DeployAsync("agents", arguments: ["--ai-url", models.Url]);
        await application.DriveAsync("first");
        await application.DriveAmongCrashesAsync("survives");
        await application.RestartAsync();
        await application.DriveAsync("again");
    }
}
