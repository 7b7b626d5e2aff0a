namespace Skep.Abstractions.Workflows;

/// <summary>The Workflows of the account, as the control plane sees them.</summary>
public interface IWorkflowDefinitions
{
    /// <summary>Makes a Workflow, or changes what it runs.</summary>
    /// <exception cref="WorkflowException">Something given is not allowed.</exception>
    ValueTask<WorkflowDefinition> PutAsync(string name, string script, string className, int stepLimit, WorkflowRetention? retention = null);

    /// <summary>A Workflow; null when there is none.</summary>
    ValueTask<WorkflowDefinition?> FindAsync(string name);

    /// <summary>All of them, by name.</summary>
    ValueTask<IReadOnlyList<WorkflowDefinition>> ListAsync();

    /// <summary>Removes a Workflow with its instances; false when there is none.</summary>
    ValueTask<bool> RemoveAsync(string name);

    /// <summary>Instances, the latest first.</summary>
    /// <param name="workflow">The Workflow's name.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="skip">Leaves out so many.</param>
    /// <param name="most">No more than so many.</param>
    ValueTask<IReadOnlyList<WorkflowInstance>> ListInstancesAsync(string workflow, WorkflowInstanceFilter filter, int skip, int most);

    /// <summary>How many instances there are of each status.</summary>
    ValueTask<IReadOnlyDictionary<WorkflowStatus, int>> CountAsync(string workflow);

    /// <summary>What is known of an instance's steps, in the order they began.</summary>
    ValueTask<IReadOnlyList<WorkflowStep>> StepsAsync(string workflow, string instance);
}

/// <summary>Which instances are asked for.</summary>
/// <param name="Status">Only those of this status; null for all.</param>
/// <param name="From">Only those that were made then or later.</param>
/// <param name="To">Only those that were made then or earlier.</param>
public readonly record struct WorkflowInstanceFilter(WorkflowStatus? Status = null, DateTimeOffset? From = null, DateTimeOffset? To = null);
