using System.Collections.Immutable;
using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;
using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>A batch of messages as a message of the link.</summary>
internal static class QueueBatchMessage
{
    public static LinkMessage Write(string script, QueueEvent batch)
    {
        QueueCall call = new(
            script,
            batch.Queue,
            batch.Metrics,
            [.. batch.Messages.Select(message => new QueueMessageHead(message.Id, message.Timestamp, message.Attempts, message.ContentType, message.Sequence, message.Body.Length))],
            batch.Entrypoint);
        return new LinkMessage(LinkRecords.Write(call), new MemoryChainStream([.. batch.Messages.Select(message => message.Body)]));
    }

    public static async Task<(string Script, QueueEvent Batch)> ReadAsync(LinkMessage message, CancellationToken cancellation)
    {
        var call = LinkRecords.Read<QueueCall>(message.Payload.Span);
        await using var body = message.Body ?? throw new InvalidDataException("A batch came without its messages.");
        var messages = ImmutableArray.CreateBuilder<QueueMessage>(call.Messages.Count);
        foreach (var head in call.Messages)
        {
            var content = new byte[head.Length];
            await body.ReadExactlyAsync(content, cancellation);
            messages.Add(new QueueMessage(head.Id, head.Timestamp, head.Attempts, head.ContentType, content) { Sequence = head.Sequence });
        }

        return (call.Script, new QueueEvent(call.Queue, messages.MoveToImmutable(), call.Metrics, call.Entrypoint));
    }
}
