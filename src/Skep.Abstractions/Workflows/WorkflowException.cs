namespace Skep.Abstractions.Workflows;

/// <summary>Why something could not be done with a Workflow.</summary>
public enum WorkflowProblem
{
    /// <summary>There is no such Workflow.</summary>
    NoWorkflow,

    /// <summary>There is no such instance.</summary>
    NoInstance,

    /// <summary>There is such an instance already.</summary>
    Exists,

    /// <summary>Not in the instance's state.</summary>
    WrongState,

    /// <summary>An id, a name or a type is not well-formed.</summary>
    Invalid,

    /// <summary>It is more than may be kept.</summary>
    TooLarge,

    /// <summary>The store failed.</summary>
    Storage,
}

/// <summary>Something could not be done with a Workflow.</summary>
public sealed class WorkflowException(WorkflowProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of problem it is.</summary>
    public WorkflowProblem Problem { get; } = problem;

    /// <summary>There is no such Workflow.</summary>
    public static WorkflowException NoWorkflow(string name) => new(WorkflowProblem.NoWorkflow, $"There is no Workflow \"{name}\". Deploy the Worker that defines it.");

    /// <summary>There is no such instance.</summary>
    public static WorkflowException NoInstance() => new(WorkflowProblem.NoInstance, "instance.not_found");
}
