namespace Skep.Storage.Queues;

/// <summary>Deletes messages by their places.</summary>
internal sealed class DeleteCommit(IReadOnlyList<long> sequences) : QueueCommit
{
    /// <inheritdoc/>
    public override void Apply(QueueTables tables)
    {
        foreach (var sequence in sequences) tables.Delete(sequence);
    }
}
