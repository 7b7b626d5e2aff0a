namespace Skep.Storage.Queues;

/// <summary>Frees what consumers had that were lost with the server. Their attempt was cut short and does not count.</summary>
/// <param name="now">The time.</param>
internal sealed class RecoverCommit(long now) : QueueCommit
{
    /// <inheritdoc/>
    public override void Apply(QueueTables tables) => tables.Recover(now);
}
