using Skep.Storage.Sqlite;

namespace Skep.Storage.Queues;

/// <summary>A change of a queue. It may be applied more than once, when those beside it fail: what it finds is what the last time found.</summary>
internal abstract class QueueCommit : PendingCommit
{
    /// <inheritdoc/>
    public override long Bytes => 1024;

    /// <summary>Does it, inside a transaction.</summary>
    public abstract void Apply(QueueTables tables);
}
