namespace Skep.Storage.Queues;

/// <summary>Deletes all messages.</summary>
internal sealed class PurgeCommit : QueueCommit
{
    /// <inheritdoc/>
    public override void Apply(QueueTables tables) => tables.Clear();
}
