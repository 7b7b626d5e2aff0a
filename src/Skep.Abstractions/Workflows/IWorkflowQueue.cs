namespace Skep.Abstractions.Workflows;

/// <summary>Which instances are to be run, as the scheduler sees them. It has one reader.</summary>
public interface IWorkflowQueue
{
    /// <summary>Called, on any thread, when something may be due earlier than it was.</summary>
    Action? Changed { get; set; }

    /// <summary>Puts back what ran when the last process was lost; for the start.</summary>
    ValueTask RecoverAsync();

    /// <summary>Takes up to so many instances that are due: they run from now on.</summary>
    ValueTask<IReadOnlyList<WorkflowTask>> TakeAsync(DateTimeOffset now, int most);

    /// <summary>When the next one is due; null when none is.</summary>
    ValueTask<DateTimeOffset?> NextAsync();

    /// <summary>A run has ended.</summary>
    ValueTask EndAsync(WorkflowRun run, WorkflowOutcome outcome);

    /// <summary>Forgets instances that are kept no longer than until then.</summary>
    ValueTask SweepAsync(DateTimeOffset now);
}

/// <summary>An instance to be run.</summary>
/// <param name="Run">Which run it is.</param>
/// <param name="Definition">What to run.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Steps">What was done before.</param>
/// <param name="Losses">How many runs in a row were lost with their process.</param>
public sealed record WorkflowTask(WorkflowRun Run, WorkflowDefinition Definition, WorkflowInstance Instance, IReadOnlyList<WorkflowStep> Steps, int Losses);

/// <summary>How a run has ended: exactly one of output, error, <paramref name="Suspended"/> and <paramref name="Lost"/>.</summary>
/// <param name="VersionId">The version that ran it; null when none did.</param>
/// <param name="Output">What the instance returned.</param>
/// <param name="Error">Why it did not.</param>
/// <param name="Suspended">It waits for what its steps say.</param>
/// <param name="Lost">It was cut short, through no fault of its own that is known: the next run goes on then.</param>
public sealed record WorkflowOutcome(
    string? VersionId, WorkflowValue? Output = null, WorkflowFailure? Error = null, bool Suspended = false, DateTimeOffset? Lost = null);
