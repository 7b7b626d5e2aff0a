using Skep.Abstractions.Workflows;

namespace Skep.Storage.Workflows;

/// <summary>What can be done to an instance in which state.</summary>
internal static class WorkflowCourse
{
    /// <summary>The state that follows, and when the instance is to be run then.</summary>
    /// <param name="status">The state now.</param>
    /// <param name="change">What is to be done.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="WorkflowException">Not in this state.</exception>
    public static (WorkflowStatus Status, DateTimeOffset? Due) Of(WorkflowStatus status, WorkflowChange change, DateTimeOffset now) => (change, status) switch
    {
        (WorkflowChange.Restart, _) => (WorkflowStatus.Queued, now),
        (WorkflowChange.Terminate, _) when !status.IsFinal() => (WorkflowStatus.Terminated, null),
        (WorkflowChange.Pause, WorkflowStatus.Running or WorkflowStatus.WaitingForPause) => (WorkflowStatus.WaitingForPause, null),
        (WorkflowChange.Pause, WorkflowStatus.Queued or WorkflowStatus.Waiting or WorkflowStatus.Paused) => (WorkflowStatus.Paused, null),
        (WorkflowChange.Resume, WorkflowStatus.WaitingForPause) => (WorkflowStatus.Running, null),
        (WorkflowChange.Resume, WorkflowStatus.Paused) => (WorkflowStatus.Queued, now),
        _ => throw new WorkflowException(WorkflowProblem.WrongState, Refusal(change, status)),
    };

    private static string Refusal(WorkflowChange change, WorkflowStatus status) => change switch
    {
        WorkflowChange.Terminate => "Cannot terminate instance since its on a finite state",
        WorkflowChange.Pause when status == WorkflowStatus.RollingBack => "Cannot pause instance: it is rolling back",
        WorkflowChange.Pause => "Cannot pause instance since its on a finite state",
        _ => $"Cannot resume instance: it is {WorkflowStatusNames.Of(status)}, not paused",
    };
}
