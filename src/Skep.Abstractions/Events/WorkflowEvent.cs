using System.Diagnostics;
using Skep.Abstractions.Workflows;

namespace Skep.Abstractions.Events;

/// <summary>An instance of a Workflow is to be run, or to go on.</summary>
/// <param name="Task">What to run, and what was done before.</param>
public sealed record WorkflowEvent(WorkflowTask Task)
{
    /// <summary>The span of this event; the default when it has none.</summary>
    public ActivityContext Span { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Outcome">As the instance sees it.</param>
/// <param name="Summary">As an invocation.</param>
public sealed record WorkflowResult(WorkflowOutcome Outcome, InvocationSummary Summary);
