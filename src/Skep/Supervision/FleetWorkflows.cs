using Skep.Abstractions.Workflows;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>Runs instances of Workflows in the worker processes, by turns. When one is lost, so are its runs: others go on from what they
/// have recorded.</summary>
internal sealed class FleetWorkflows(Fleet fleet) : IWorkflowTarget
{
    /// <inheritdoc/>
    public async Task<WorkflowOutcome?> RunAsync(WorkflowTask task)
    {
        var process = await fleet.NextAsync();
        return (await process.Link.AskAsync<WorkflowTask, WorkflowAnswer>(LinkMethod.RunWorkflow, task)).Outcome;
    }
}
