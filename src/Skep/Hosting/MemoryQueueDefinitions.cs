using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;

namespace Skep.Hosting;

/// <summary>Queues that the configurations of projects say there are: nothing of them is kept but their messages.</summary>
internal sealed class MemoryQueueDefinitions : IQueueDefinitions
{
    /// <inheritdoc/>
    public IReadOnlyList<QueueDefinition> ListQueues() => [];

    /// <inheritdoc/>
    public void PutQueue(QueueDefinition queue, AuditEntry audit)
    {
    }

    /// <inheritdoc/>
    public void RemoveQueue(string id, AuditEntry audit)
    {
    }
}
