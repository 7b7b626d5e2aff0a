namespace Skep.Abstractions.Workflows;

/// <summary>The instances of all Workflows, as bindings and the control plane see them. What has returned survives the loss of the
/// process.</summary>
public interface IWorkflowStore
{
    /// <summary>Makes instances; returns their ids in order, null where there is such an instance already.</summary>
    /// <exception cref="WorkflowException">There is no such Workflow, or something given is not allowed: nothing was made.</exception>
    ValueTask<IReadOnlyList<string?>> CreateAsync(string workflow, IReadOnlyList<NewWorkflowInstance> instances, string trigger);

    /// <summary>An instance.</summary>
    /// <exception cref="WorkflowException">There is none.</exception>
    ValueTask<WorkflowInstance> GetAsync(string workflow, string id);

    /// <summary>Changes an instance's course.</summary>
    /// <exception cref="WorkflowException">There is none, or not in its state.</exception>
    ValueTask ChangeAsync(string workflow, string id, WorkflowChange change);

    /// <summary>Gives an instance an event; it is kept until the instance waits for one of that type.</summary>
    /// <exception cref="WorkflowException">There is no such instance, or it has ended.</exception>
    ValueTask SendEventAsync(string workflow, string id, string type, WorkflowValue payload);

    /// <summary>Removes instances, running ones too, with all they have kept; true for each that was there.</summary>
    ValueTask<IReadOnlyList<bool>> DeleteAsync(string workflow, IReadOnlyList<string> ids);
}

/// <summary>What can be done to an instance.</summary>
public enum WorkflowChange
{
    /// <summary>Runs no further step.</summary>
    Pause,

    /// <summary>Goes on after a pause.</summary>
    Resume,

    /// <summary>Begins again, as if nothing had been done.</summary>
    Restart,

    /// <summary>Ends at once.</summary>
    Terminate,
}
