namespace Skep.Abstractions.Workflows;

/// <summary>Runs instances where their script is served.</summary>
public interface IWorkflowTarget
{
    /// <summary>Runs an instance until it ends or waits for long; null when its script has no deployment.</summary>
    /// <exception cref="IOException">The process that ran it is lost.</exception>
    Task<WorkflowOutcome?> RunAsync(WorkflowTask task);
}
