namespace Skep.EndToEnd.Tests.Applications;

/// <summary>tests/applications/workflow-approval: a Workflow that waits for a decision, and a Durable Object that tells watchers where it is.</summary>
public sealed class WorkflowApprovalTests
{
    [Fact]
    public async Task It_is_developed()
    {
        await using var application = await Application.DevelopAsync("workflow-approval");
        await application.DriveAsync("first");
        var kept = Application.Kept(await application.DriveAsync("waits"));
        await application.RestartAsync();
        await application.DriveAsync("again", kept);
    }
}
