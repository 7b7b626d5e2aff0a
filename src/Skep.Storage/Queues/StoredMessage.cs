using Skep.Abstractions.Queues;

namespace Skep.Storage.Queues;

/// <summary>A message as it is stored.</summary>
/// <param name="Id">16 bytes.</param>
/// <param name="Sent">When it was sent; it keeps that in a dead letter queue.</param>
/// <param name="Due">When it can be had.</param>
/// <param name="Type">How its body is written.</param>
/// <param name="Body">Its body.</param>
internal readonly record struct StoredMessage(byte[] Id, long Sent, long Due, QueueContentType Type, ReadOnlyMemory<byte> Body);
