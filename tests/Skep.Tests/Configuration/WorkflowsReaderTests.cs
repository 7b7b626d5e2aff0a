using Skep.Abstractions.Workers;
using Skep.Configuration;
using Skep.Diagnostics;
using Xunit;

namespace Skep.Tests.Configuration;

/// <summary>The Workflows of a project.</summary>
public sealed class WorkflowsReaderTests : ProjectTest
{
    [Fact]
    public async Task A_Workflow_may_have_a_limit_of_its_own()
    {
        var (bindings, warnings) = await ReadAsync("""{ "binding": "A", "name": "a", "class_name": "A", "limits": { "steps": 3 } }, { "binding": "B", "name": "b", "class_name": "B", "schedules": [] }""");
        Assert.Empty(warnings);
        Assert.Equal([new WorkflowBinding("A", "a", "A") { StepLimit = 3 }, new WorkflowBinding("B", "b", "B")], bindings);
    }

    [Theory]
    [InlineData("25001", "\"workflows[0].limits.steps\" must be at most 25000, but is 25001")]
    [InlineData("0", "\"workflows[0].limits.steps\" must be a whole number of at least 1, but is 0")]
    public async Task A_limit_that_no_Workflow_can_have_is_named(string steps, string expected)
    {
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync($$"""{ "binding": "A", "name": "a", "class_name": "A", "limits": { "steps": {{steps}} } }"""));
        Assert.Equal(expected, Assert.Single(failure.Diagnostics).Message);
    }

    [Fact]
    public async Task Schedules_are_warned_of()
    {
        var (_, warnings) = await ReadAsync("""{ "binding": "A", "name": "a", "class_name": "A", "schedules": ["0 0 * * *"] }""");
        Assert.StartsWith("\"workflows[0].schedules\" is left out", Assert.Single(warnings).Message, StringComparison.Ordinal);
    }

    private async Task<(IReadOnlyList<Binding> Bindings, IReadOnlyList<Diagnostic> Warnings)> ReadAsync(string workflows)
    {
        Folder.Write("index.js", "export default {}");
        Folder.Write("wrangler.jsonc", $$"""{ "main": "index.js", "compatibility_date": "2026-01-01", "workflows": [{{workflows}}] }""");
        var (project, warnings) = await ReadProjectAsync();
        return (project.Bindings, warnings);
    }
}
