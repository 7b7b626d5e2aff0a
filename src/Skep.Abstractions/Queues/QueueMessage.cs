namespace Skep.Abstractions.Queues;

/// <summary>A message that a consumer has been given.</summary>
/// <param name="Id">Its public id: 32 hexadecimal digits.</param>
/// <param name="Timestamp">When it was sent, in milliseconds since 1970.</param>
/// <param name="Attempts">How often it has been given to a consumer, this time included.</param>
/// <param name="ContentType">How its body is written.</param>
/// <param name="Body">Its body.</param>
public sealed record QueueMessage(string Id, long Timestamp, int Attempts, QueueContentType ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Its place in the queue, by which it is settled.</summary>
    public long Sequence { get; init; }
}
