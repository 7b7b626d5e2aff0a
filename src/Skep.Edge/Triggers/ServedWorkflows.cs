using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;

namespace Skep.Edge.Triggers;

/// <summary>Runs instances of Workflows on what this process serves.</summary>
public sealed class ServedWorkflows(IServiceDirectory workers) : IWorkflowTarget
{
    /// <inheritdoc/>
    public async Task<WorkflowOutcome?> RunAsync(WorkflowTask task)
    {
        while (workers.Find(task.Definition.Script, request: null) is { } served)
        {
            if (!served.TryEnter()) continue;
            Task<WorkflowResult> run;
            try
            {
                run = served.Worker.WorkflowAsync(new WorkflowEvent(task));
            }
            finally
            {
                // The event is in the worker's hands: its drain waits for it.
                served.Leave();
            }

            return (await run).Outcome with { VersionId = served.Worker.Version.Id };
        }

        return null;
    }
}
