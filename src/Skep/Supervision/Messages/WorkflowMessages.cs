using Skep.Abstractions.Workflows;

namespace Skep.Supervision.Messages;

/// <summary>Makes instances.</summary>
internal sealed record WorkflowCreation(string Workflow, IReadOnlyList<NewWorkflowInstance> Instances, string Trigger);

/// <summary>What was made; null where there was an instance already.</summary>
internal sealed record WorkflowCreated(IReadOnlyList<string?> Ids);

/// <summary>Names an instance.</summary>
internal sealed record WorkflowKey(string Workflow, string Id);

/// <summary>Changes an instance's course.</summary>
internal sealed record WorkflowTurn(string Workflow, string Id, WorkflowChange Change, WorkflowChangeOptions? Options);

/// <summary>Gives an instance an event.</summary>
internal sealed record WorkflowSignal(string Workflow, string Id, string Type, WorkflowValue Payload);

/// <summary>Removes instances.</summary>
internal sealed record WorkflowRemoval(string Workflow, IReadOnlyList<string> Ids);

/// <summary>Which were there.</summary>
internal sealed record WorkflowRemoved(IReadOnlyList<bool> Found);

/// <summary>What a run has done, or where it waits for an event.</summary>
internal sealed record WorkflowEntry(WorkflowRun Run, WorkflowStep Step);

/// <summary>What a run's steps did is undone from now on.</summary>
internal sealed record WorkflowUndoing(WorkflowRun Run, WorkflowFailure Cause);

/// <summary>Whether the run goes on.</summary>
internal sealed record WorkflowPermission(bool Goes);

/// <summary>What became of a run; null when nothing is deployed.</summary>
internal sealed record WorkflowAnswer(WorkflowOutcome? Outcome);
