using Skep.Abstractions.Queues;
using Skep.Abstractions.Scheduling;

namespace Skep.Supervision.Messages;

/// <summary>Messages to be sent; their bodies follow, one after the other.</summary>
internal sealed record QueueSending(string Queue, IReadOnlyList<QueueSendHead> Messages);

/// <summary>A message to be sent, without its body.</summary>
/// <param name="Length">Bytes of the body.</param>
/// <param name="ContentType">How that is written.</param>
/// <param name="DelaySeconds">For how long nobody gets it.</param>
internal sealed record QueueSendHead(int Length, QueueContentType ContentType, int? DelaySeconds);

/// <summary>Asks what a queue holds.</summary>
internal sealed record QueueQuestion(string Queue);

/// <summary>A batch for one of a script's versions; the messages' bodies follow, one after the other.</summary>
internal sealed record QueueCall(string Script, string Queue, QueueMetrics Metrics, IReadOnlyList<QueueMessageHead> Messages, string? Entrypoint);

/// <summary>A message without its body.</summary>
internal sealed record QueueMessageHead(string Id, long Timestamp, int Attempts, QueueContentType ContentType, long Sequence, int Length);

/// <summary>What became of it; null when nothing is deployed.</summary>
internal sealed record QueueAnswer(QueueDelivery? Delivery);
