using Skep.Abstractions.Queues;

namespace Skep.Abstractions.Catalog;

/// <summary>Makes, changes and removes queues.</summary>
public interface IQueueAdministration
{
    /// <summary>Makes a queue; false when its name is taken.</summary>
    ValueTask<bool> CreateAsync(QueueDefinition queue, AuditEntry audit);

    /// <summary>Changes a queue, its name and id excepted; returns the changed one, null when there is none.</summary>
    ValueTask<QueueDefinition?> UpdateAsync(string id, Func<QueueDefinition, QueueDefinition> change, AuditEntry audit);

    /// <summary>Removes a queue with its messages; false when there is none.</summary>
    ValueTask<bool> DeleteAsync(string id, AuditEntry audit);
}
