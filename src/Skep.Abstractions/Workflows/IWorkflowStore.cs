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
    /// <exception cref="WorkflowException">There is none, or not in its state, or without the step that is named.</exception>
    ValueTask ChangeAsync(string workflow, string id, WorkflowChange change, WorkflowChangeOptions? options = null);

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

    /// <summary>Begins again, as if nothing had been done, or what was done from a step on.</summary>
    Restart,

    /// <summary>Ends at once, or when what its steps did is undone.</summary>
    Terminate,
}

/// <summary>How something is done to an instance.</summary>
/// <param name="From">Restarts from this step: those before it are not done again.</param>
/// <param name="Rollback">Undoes before it terminates what steps did that can be undone.</param>
public sealed record WorkflowChangeOptions(WorkflowStepReference? From = null, bool Rollback = false);

/// <summary>A step that an instance has begun.</summary>
/// <param name="Name">The name that the author gave it.</param>
/// <param name="Count">Which of those of that name and kind, from 1.</param>
/// <param name="Kind">What kind it is.</param>
public sealed record WorkflowStepReference(string Name, int Count = 1, WorkflowStepKind Kind = WorkflowStepKind.Do)
{
    /// <summary>The kinds by which steps are named, as the API calls them.</summary>
    public static IReadOnlyDictionary<string, WorkflowStepKind> Kinds { get; } = new Dictionary<string, WorkflowStepKind>(StringComparer.Ordinal)
    {
        ["do"] = WorkflowStepKind.Do,
        ["sleep"] = WorkflowStepKind.Sleep,
        ["waitForEvent"] = WorkflowStepKind.WaitForEvent,
    };
}
