using Skep.Abstractions.Events;

namespace Skep.Abstractions.Scheduling;

/// <summary>Where cron events are delivered: the versions that are deployed.</summary>
public interface IScheduledTarget
{
    /// <summary>Runs the <c>scheduled</c> handler of one of the script's deployed versions, chosen by their shares, to its end.
    /// Null when nothing is deployed.</summary>
    Task<ScheduledResult?> RunAsync(string script, ScheduledEvent scheduledEvent);
}

/// <summary>What became of a cron event.</summary>
/// <param name="VersionId">The version that ran.</param>
/// <param name="Summary">How it ended.</param>
public sealed record ScheduledResult(string VersionId, InvocationSummary Summary);
