namespace Skep.Abstractions.Workflows;

/// <summary>A Workflow of an account: which class of which script.</summary>
/// <param name="Name">Unique within the account.</param>
/// <param name="Id">Identifies it for ever.</param>
/// <param name="Script">The script that runs it.</param>
/// <param name="ClassName">The class, which extends <c>WorkflowEntrypoint</c>.</param>
/// <param name="CreatedOn">When it was made.</param>
/// <param name="ModifiedOn">When it was last deployed.</param>
/// <param name="StepLimit">How many steps an instance may have.</param>
/// <param name="Retention">How long instances are kept that say nothing of it.</param>
public sealed record WorkflowDefinition(
    string Name,
    string Id,
    string Script,
    string ClassName,
    DateTimeOffset CreatedOn,
    DateTimeOffset ModifiedOn,
    int StepLimit = WorkflowRules.DefaultSteps,
    WorkflowRetention? Retention = null);

/// <summary>One run through a Workflow, from its creation to its end.</summary>
public sealed record WorkflowInstance
{
    /// <summary>The Workflow's name.</summary>
    public required string Workflow { get; init; }

    /// <summary>Unique within the Workflow.</summary>
    public required string Id { get; init; }

    /// <summary>How it is.</summary>
    public required WorkflowStatus Status { get; init; }

    /// <summary>What it was created with.</summary>
    public required WorkflowValue Params { get; init; }

    /// <summary>What made it: <c>binding</c> or <c>api</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset ModifiedOn { get; init; }

    /// <summary>When it first ran.</summary>
    public DateTimeOffset? StartedOn { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedOn { get; init; }

    /// <summary>The version that ran it last.</summary>
    public string? VersionId { get; init; }

    /// <summary>What it returned.</summary>
    public WorkflowValue? Output { get; init; }

    /// <summary>Why it did not.</summary>
    public WorkflowFailure? Error { get; init; }

    /// <summary>Why and how what its steps did is undone; null when nothing is.</summary>
    public WorkflowRollback? Rollback { get; init; }

    /// <summary>How long it is kept after its end; null for as long as may be.</summary>
    public WorkflowRetention? Retention { get; init; }
}

/// <summary>The undoing of what an instance's steps did.</summary>
/// <param name="Cause">What their handlers are told.</param>
/// <param name="IsTermination">Somebody has ended the instance; otherwise it has failed.</param>
public sealed record WorkflowRollback(WorkflowFailure Cause, bool IsTermination)
{
    /// <summary>All of it was undone; null while that is not known.</summary>
    public bool? IsComplete { get; init; }

    /// <summary>Why it was not, where a handler has thrown.</summary>
    public WorkflowFailure? Error { get; init; }
}

/// <summary>An instance to be made.</summary>
/// <param name="Id">Its id; null for a random one.</param>
/// <param name="Params">What it begins with.</param>
/// <param name="Retention">How long it is kept after its end; null for as long as the Workflow says.</param>
public sealed record NewWorkflowInstance(string? Id, WorkflowValue Params, WorkflowRetention? Retention = null);
