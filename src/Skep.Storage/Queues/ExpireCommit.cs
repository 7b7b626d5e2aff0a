namespace Skep.Storage.Queues;

/// <summary>Removes messages that are too old, some of them at a time: others wait for it.</summary>
/// <param name="arrivedUntil">What came until then is.</param>
internal sealed class ExpireCommit(long arrivedUntil) : QueueCommit
{
    private const int AtOnce = 500;

    /// <summary>When the oldest came that is left; null when there is none.</summary>
    public long? Oldest { get; private set; }

    /// <inheritdoc/>
    public override void Apply(QueueTables tables)
    {
        foreach (var sequence in tables.ArrivedUntil(arrivedUntil, AtOnce)) tables.Delete(sequence);
        Oldest = tables.OldestArrival();
    }
}
