using Skep.Storage.Sqlite;

namespace Skep.Storage.Queues;

/// <summary>A change of a queue. It may be applied more than once, when those beside it fail: what it finds is what the last time found.</summary>
internal abstract class QueueCommit() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), ICommit
{
    /// <inheritdoc/>
    public virtual long Bytes => 1024;

    /// <inheritdoc/>
    public void Succeed() => SetResult();

    /// <inheritdoc/>
    public void Fail(Exception failure) => SetException(failure);

    /// <summary>Does it, inside a transaction.</summary>
    public abstract void Apply(QueueTables tables);
}
