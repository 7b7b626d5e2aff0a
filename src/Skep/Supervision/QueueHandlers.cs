using Skep.Abstractions.Queues;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision;

/// <summary>Answers worker processes that send to queues.</summary>
internal sealed class QueueHandlers(IQueueProducer queues)
{
    public LinkHandlers AddTo(LinkHandlers handlers) => handlers
        .On(LinkMethod.QueueSend, SendAsync)
        .On<QueueQuestion, QueueMetrics>(LinkMethod.QueueMetrics, asked => queues.MetricsAsync(asked.Queue).AsTask());

    private async ValueTask<LinkMessage> SendAsync(LinkMessage request, CancellationToken cancellation)
    {
        var sending = LinkRecords.Read<QueueSending>(request.Payload.Span);
        await using var body = request.Body ?? throw new InvalidDataException("Messages came without their bodies.");
        QueueRules.CheckBatch(sending.Messages.Count, sending.Messages.Max(message => message.Length), sending.Messages.Sum(message => (long)message.Length));
        var messages = new QueueSend[sending.Messages.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            var (length, type, delay) = sending.Messages[i];
            var content = new byte[length];
            await body.ReadExactlyAsync(content, cancellation);
            messages[i] = new QueueSend(content, type, delay);
        }

        return new LinkMessage(LinkRecords.Write(await queues.SendAsync(sending.Queue, messages)));
    }
}
