using Skep.Abstractions.Queues;

namespace Skep.Abstractions.Catalog;

/// <summary>Which queues an account has, stored.</summary>
public interface IQueueDefinitions
{
    /// <summary>All of them.</summary>
    IReadOnlyList<QueueDefinition> ListQueues();

    /// <summary>Stores a queue, new or changed.</summary>
    void PutQueue(QueueDefinition queue, AuditEntry audit);

    /// <summary>Forgets a queue.</summary>
    void RemoveQueue(string id, AuditEntry audit);
}
