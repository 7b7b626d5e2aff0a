namespace Skep.Abstractions.Workflows;

/// <summary>A run of an instance: from when it is taken up until it ends, waits for long, or is lost.</summary>
/// <param name="Workflow">The Workflow's name.</param>
/// <param name="Instance">The instance's id.</param>
/// <param name="Number">Grows with every run. A run that another one has followed can record nothing any more.</param>
public sealed record WorkflowRun(string Workflow, string Instance, long Number);

/// <summary>Where a run writes down what it has done.</summary>
public interface IWorkflowJournal
{
    /// <summary>Keeps what is known of a step now; returns false when the run is to stop there: the instance was paused, ended or is run
    /// by another.</summary>
    /// <exception cref="WorkflowException">It cannot be kept.</exception>
    ValueTask<bool> RecordAsync(WorkflowRun run, WorkflowStep step);

    /// <summary>What the instance's steps did is undone from now on, and then the instance ends; returns false when the run is to stop there.</summary>
    /// <exception cref="WorkflowException">It cannot be kept.</exception>
    ValueTask<bool> RollBackAsync(WorkflowRun run, WorkflowFailure cause);

    /// <summary>Takes the oldest event of the type that <paramref name="step"/> waits for, and records the step with it as ended; null when there is
    /// none yet: then the step is recorded as it is. The step's key is the event's from then on.</summary>
    /// <exception cref="WorkflowException">It cannot be kept.</exception>
    ValueTask<WorkflowTaken> TakeEventAsync(WorkflowRun run, WorkflowStep step);
}

/// <summary>What came of waiting for an event.</summary>
/// <param name="Goes">False when the run is to stop there.</param>
/// <param name="Payload">The event's; null when there is none yet.</param>
/// <param name="SentOn">When the event was sent, in milliseconds since 1970.</param>
public sealed record WorkflowTaken(bool Goes, WorkflowValue? Payload = null, long SentOn = 0);
