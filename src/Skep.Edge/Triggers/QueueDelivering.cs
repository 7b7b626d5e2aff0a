using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Scheduling;

namespace Skep.Edge.Triggers;

/// <summary>A batch's way to a handler and back.</summary>
internal sealed class QueueDelivering(IQueueBroker broker, IQueueTarget target, TimeProvider time, Action<QueueRun> onEnded, Action<Exception> onFailure)
{
    public IQueueBroker Broker => broker;

    public TimeProvider Time => time;

    public void OnFailure(Exception failure) => onFailure(failure);

    /// <summary>Has a batch handled and settles it.</summary>
    /// <param name="onUnserved">Hears, before the messages can be had again, that there is nobody who could handle them now.</param>
    public async Task<QueueBatchOutcome> RunAsync(QueueDefinition queue, string script, QueueBatch batch, Action onUnserved)
    {
        QueueEvent queueEvent = new(queue.Name, batch.Messages, batch.Metrics);
        QueueDelivery? delivery;
        try
        {
            delivery = await target.DeliverAsync(script, queueEvent);
        }
        catch (Exception lost)
        {
            // Nobody knows how far it came: it may be what brought the process down, so the attempt counts.
            onFailure(lost);
            await broker.SettleAsync(queue.Id, [.. batch.Messages.Select(message => new QueueSettlement(message.Sequence, message.Attempts, QueueVerdict.Retry, 0))]);
            return QueueBatchOutcome.Failed;
        }

        var result = delivery?.Result ?? queueEvent.All(QueueVerdict.Return, default);
        var outcome = OutcomeOf(delivery);
        if (outcome == QueueBatchOutcome.Unserved) onUnserved();
        var settled = await broker.SettleAsync(queue.Id, result.Settlements);
        if (delivery is not null) onEnded(new QueueRun(queue.Name, script, delivery.VersionId, batch.Messages.Length, result.Summary, settled));
        return outcome;
    }

    private static QueueBatchOutcome OutcomeOf(QueueDelivery? delivery) => delivery?.Result.Summary.Outcome switch
    {
        InvocationOutcome.Ok => QueueBatchOutcome.Handled,
        null or InvocationOutcome.ScriptNotFound => QueueBatchOutcome.Unserved,
        _ => QueueBatchOutcome.Failed,
    };
}

/// <summary>What became of a batch, as far as the next ones go by it.</summary>
internal enum QueueBatchOutcome
{
    /// <summary>The handler went well.</summary>
    Handled,

    /// <summary>The handler failed, or was lost.</summary>
    Failed,

    /// <summary>There is nobody who could handle it now.</summary>
    Unserved,
}
