using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;

namespace Skep.Supervision;

/// <summary>Delivers batches of messages to the worker processes, each in turn. When one is lost, so is the delivery: the messages are
/// delivered again.</summary>
internal sealed class FleetQueues(Fleet fleet) : IQueueTarget
{
    /// <inheritdoc/>
    public async Task<QueueDelivery?> DeliverAsync(string script, QueueEvent queueEvent)
    {
        // Between the death of a process and its successor: nobody has tried anything.
        if (await fleet.FindNextAsync() is not { } process || process.Link.Closed.IsCompleted) return null;
        var answer = await process.Link.CallAsync(LinkMethod.QueueDeliver, QueueBatchMessage.Write(script, queueEvent));
        return LinkRecords.Read<QueueAnswer>(answer.Payload.Span).Delivery;
    }
}
