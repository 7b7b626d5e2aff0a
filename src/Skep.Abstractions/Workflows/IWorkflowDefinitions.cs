namespace Skep.Abstractions.Workflows;

/// <summary>The Workflows of the account, as the control plane sees them.</summary>
public interface IWorkflowDefinitions
{
    /// <summary>Makes a Workflow, or changes what it runs.</summary>
    ValueTask<WorkflowDefinition> PutAsync(string name, string script, string className, int stepLimit);

    /// <summary>A Workflow; null when there is none.</summary>
    ValueTask<WorkflowDefinition?> FindAsync(string name);

    /// <summary>All of them, by name.</summary>
    ValueTask<IReadOnlyList<WorkflowDefinition>> ListAsync();

    /// <summary>Removes a Workflow with its instances; false when there is none.</summary>
    ValueTask<bool> RemoveAsync(string name);

    /// <summary>Instances, the latest first.</summary>
    /// <param name="workflow">The Workflow's name.</param>
    /// <param name="status">Only those of this status; null for all.</param>
    /// <param name="skip">Leaves out so many.</param>
    /// <param name="most">No more than so many.</param>
    ValueTask<IReadOnlyList<WorkflowInstance>> ListInstancesAsync(string workflow, WorkflowStatus? status, int skip, int most);

    /// <summary>How many instances there are of each status.</summary>
    ValueTask<IReadOnlyDictionary<WorkflowStatus, int>> CountAsync(string workflow);

    /// <summary>What is known of an instance's steps, in the order they began.</summary>
    ValueTask<IReadOnlyList<WorkflowStep>> StepsAsync(string workflow, string instance);
}
