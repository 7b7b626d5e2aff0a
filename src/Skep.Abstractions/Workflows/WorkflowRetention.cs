namespace Skep.Abstractions.Workflows;

/// <summary>How long an instance is kept after its end, in milliseconds; null for <see cref="WorkflowRules.Retention"/>.</summary>
/// <param name="Success">When it returned, or somebody ended it.</param>
/// <param name="Error">When it failed.</param>
public sealed record WorkflowRetention(double? Success, double? Error)
{
    /// <summary>How long after an end like this.</summary>
    public static TimeSpan After(WorkflowRetention? retention, WorkflowStatus status) =>
        (status == WorkflowStatus.Errored ? retention?.Error : retention?.Success) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : WorkflowRules.Retention;

    /// <exception cref="WorkflowException">It is longer than instances are kept, or no time at all.</exception>
    public static void Check(WorkflowRetention? retention)
    {
        Check(retention?.Success, "successful");
        Check(retention?.Error, "failed");
    }

    private static void Check(double? milliseconds, string which)
    {
        if (milliseconds is { } given && !(given > 0 && given <= WorkflowRules.Retention.TotalMilliseconds))
            throw new WorkflowException(WorkflowProblem.Invalid, $"The retention of {which} instances must be over 0 and up to {WorkflowRules.Retention.TotalDays} days, but is {given} milliseconds.");
    }
}
