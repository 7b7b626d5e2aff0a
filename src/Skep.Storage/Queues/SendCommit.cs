using Skep.Abstractions.Queues;

namespace Skep.Storage.Queues;

/// <summary>Puts messages into a queue.</summary>
/// <param name="messages">The messages.</param>
/// <param name="now">The time.</param>
/// <param name="maxBytes">Bytes that the queue may hold.</param>
internal sealed class SendCommit(IReadOnlyList<StoredMessage> messages, long now, long maxBytes) : QueueCommit
{
    /// <inheritdoc/>
    public override long Bytes { get; } = messages.Sum(message => 128L + message.Body.Length);

    /// <inheritdoc/>
    public override void Apply(QueueTables tables)
    {
        foreach (var message in messages) tables.Insert(message, now);
        if (tables.Bytes > maxBytes) throw new QueueException(429, QueueErrorCodes.StorageLimitExceeded, "Queue storage limit exceeded");
    }
}
