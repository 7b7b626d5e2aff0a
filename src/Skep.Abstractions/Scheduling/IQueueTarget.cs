using Skep.Abstractions.Events;

namespace Skep.Abstractions.Scheduling;

/// <summary>Where batches of queues are delivered: the versions that are deployed.</summary>
public interface IQueueTarget
{
    /// <summary>Runs the <c>queue</c> handler of one of the script's deployed versions, chosen by their shares, to its end.
    /// Null when nothing is deployed.</summary>
    /// <exception cref="Exception">The process that had it is lost: nobody knows how far it came.</exception>
    Task<QueueDelivery?> DeliverAsync(string script, QueueEvent queueEvent);
}

/// <summary>What became of a batch.</summary>
/// <param name="VersionId">The version that ran.</param>
/// <param name="Result">How it ended, and what becomes of the messages.</param>
public sealed record QueueDelivery(string VersionId, QueueResult Result);
