namespace Skep.Abstractions.Queues;

/// <summary>A message to be sent.</summary>
/// <param name="Body">Its body, which must not change until it is sent.</param>
/// <param name="ContentType">How that is written.</param>
/// <param name="DelaySeconds">For how long nobody gets it; null for as long as the queue says.</param>
public readonly record struct QueueSend(ReadOnlyMemory<byte> Body, QueueContentType ContentType, int? DelaySeconds = null);
