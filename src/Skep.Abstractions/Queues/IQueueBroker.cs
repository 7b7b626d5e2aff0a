namespace Skep.Abstractions.Queues;

/// <summary>All queues: which there are, and their messages. A message is delivered until somebody has acknowledged it, or it was tried as
/// often as its consumer says, or it is too old; that may be more than once.</summary>
public interface IQueueBroker : IQueueProducer
{
    /// <summary>All queues, by name.</summary>
    IReadOnlyList<QueueDefinition> Queues { get; }

    /// <summary>Has the id told of every queue whose consumer may have something to do earlier than it knew: messages came, or the queue
    /// was changed. Told on any thread: return quickly.</summary>
    void Watch(Action<string> changed);

    /// <summary>The queue of that id, or null.</summary>
    QueueDefinition? Find(string id);

    /// <summary>The queue of that name, or null.</summary>
    QueueDefinition? FindByName(string name);

    /// <summary>Deletes all messages of a queue.</summary>
    /// <exception cref="QueueException">There is no such queue, or it cannot be written.</exception>
    ValueTask PurgeAsync(string id);

    /// <summary>When messages can be had.</summary>
    /// <exception cref="QueueException">There is no such queue, or it cannot be read.</exception>
    ValueTask<QueueOutlook> OutlookAsync(string id, int batchSize);

    /// <summary>Takes messages for a consumer; each counts as an attempt. What has had all its attempts is not among them, and goes
    /// where such messages go.</summary>
    /// <exception cref="QueueException">There is no such queue, or it cannot be written.</exception>
    ValueTask<QueueBatch> LeaseAsync(string id, QueueLease lease);

    /// <summary>Says what becomes of messages. Those that are not there any more are ignored.</summary>
    /// <exception cref="QueueException">There is no such queue, or it cannot be written.</exception>
    ValueTask<QueueSettled> SettleAsync(string id, IReadOnlyList<QueueSettlement> settlements);
}
