using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Queues;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Queues;

/// <summary>Messages over HTTP: send, pull, acknowledge (https://developers.cloudflare.com/queues/configuration/pull-consumers/).</summary>
internal static class QueueMessageEndpoints
{
    private const string Messages = QueueEndpoints.One + "/messages";
    private const int UsualPull = 5;
    private const int InvalidBody = 10_207;

    public static IEnumerable<ApiEndpoint> All(QueueAccess queues) =>
    [
        new("POST", Messages, request => SendAsync(queues, request)),
        new("POST", Messages + "/batch", request => SendBatchAsync(queues, request)),
        new("POST", Messages + "/pull", request => PullAsync(queues, request)),
        new("POST", Messages + "/ack", request => AcknowledgeAsync(queues, request)),
    ];

    private static async Task<JsonNode?> SendAsync(QueueAccess queues, ApiRequest request)
    {
        var queue = queues.Find(request);
        var message = Read(await request.ReadObjectAsync(), null);
        QueueRules.CheckMessage(message.Body.Length);
        return new JsonObject { ["metadata"] = QueueJson.Describe(await queues.Broker.SendAsync(queue.Name, [message])) };
    }

    private static async Task<JsonNode?> SendBatchAsync(QueueAccess queues, ApiRequest request)
    {
        var queue = queues.Find(request);
        var body = await request.ReadObjectAsync();
        var delay = Delay(body, QueueErrorCodes.BatchDelayInvalid);
        QueueSend[] messages = [.. body.OptionalArray("messages").Objects("messages").Select(each => Read(each, delay))];
        if (messages.Length == 0) throw new QueueException(400, QueueErrorCodes.BatchCountOutOfBounds, "\"messages\" must have at least one message");
        QueueRules.CheckBatch(messages.Length, messages.Max(each => each.Body.Length), messages.Sum(each => (long)each.Body.Length));
        return new JsonObject { ["metadata"] = QueueJson.Describe(await queues.Broker.SendAsync(queue.Name, messages)) };
    }

    private static async Task<JsonNode?> PullAsync(QueueAccess queues, ApiRequest request)
    {
        var queue = queues.Find(request);
        var consumer = PullConsumer(queue);
        var body = await request.ReadObjectAsync();
        var most = QueueJson.Number(body, "batch_size", 1, QueueRules.MaxConsumerBatch) ?? UsualPull;
        // The documentation has both names.
        var visible = QueueJson.Number(body, "visibility_timeout_ms", 0, QueueRules.MaxVisibilityMilliseconds)
            ?? QueueJson.Number(body, "visibility_timeout", 0, QueueRules.MaxVisibilityMilliseconds) ?? consumer.VisibilityMilliseconds;
        var batch = await queues.Broker.LeaseAsync(queue.Id, new QueueLease(most, TimeSpan.FromMilliseconds(visible), EndsWithServer: false));
        return new JsonObject
        {
            ["message_backlog_count"] = batch.Metrics.BacklogCount,
            ["messages"] = new JsonArray([.. batch.Messages.Select(Describe)]),
            ["metadata"] = QueueJson.Describe(batch.Metrics),
        };
    }

    private static async Task<JsonNode?> AcknowledgeAsync(QueueAccess queues, ApiRequest request)
    {
        var queue = queues.Find(request);
        PullConsumer(queue);
        var body = await request.ReadObjectAsync();
        JsonObject warnings = [];
        List<QueueSettlement> settlements = [];
        foreach (var ack in body.OptionalArray("acks").Objects("acks")) Add(ack, QueueVerdict.Ack, null);
        foreach (var retry in body.OptionalArray("retries").Objects("retries")) Add(retry, QueueVerdict.Retry, Delay(retry, QueueErrorCodes.MessageMetadataInvalid));
        var settled = await queues.Broker.SettleAsync(queue.Id, settlements);
        return new JsonObject
        {
            ["ackCount"] = settled.Acknowledged,
            ["retryCount"] = settled.Retried + settled.DeadLettered + settled.Dropped,
            ["warnings"] = warnings,
        };

        void Add(JsonObject from, QueueVerdict verdict, int? delay)
        {
            var lease = from.RequiredString("lease_id");
            if (LeaseIds.TryRead(lease, out var sequence, out var attempts)) settlements.Add(new QueueSettlement(sequence, attempts, verdict, delay));
            else warnings[lease] = "It is no lease id of this queue.";
        }
    }

    private static QueueConsumer PullConsumer(QueueDefinition queue) => queue.Consumer is { IsPull: true } consumer
        ? consumer
        : throw new ApiException(HttpStatusCode.BadRequest, new ApiError(
            ApiErrorCodes.QueueConsumerMissing, $"Queue '{queue.Name}' has no pull consumer. To enable it, run: wrangler queues consumer http add {queue.Name}"));

    private static QueueSend Read(JsonObject from, int? batchDelay)
    {
        if (!from.ContainsKey("body")) throw new QueueException(400, InvalidBody, "\"body\" is missing");
        var name = from.OptionalString("content_type") ?? QueueContentTypes.NameOf(QueueContentType.Json);
        var delay = Delay(from, QueueErrorCodes.MessageMetadataInvalid) ?? batchDelay;
        return QueueContentTypes.Find(name) switch
        {
            QueueContentType.Json => new QueueSend(Encoding.UTF8.GetBytes(from["body"]?.ToJsonString() ?? "null"), QueueContentType.Json, delay),
            QueueContentType.Text => new QueueSend(Encoding.UTF8.GetBytes(from.RequiredString("body")), QueueContentType.Text, delay),
            _ => throw new QueueException(400, QueueErrorCodes.MessageMetadataInvalid, $"message content type {name} is invalid; it must be one of 'json' or 'text'"),
        };
    }

    private static int? Delay(JsonObject from, int code)
    {
        if (from.OptionalNumber("delay_seconds") is not { } seconds) return null;
        QueueRules.CheckDelay((long)Math.Clamp(seconds, int.MinValue, int.MaxValue), code);
        return (int)seconds;
    }

    private static JsonObject Describe(QueueMessage message) => new()
    {
        ["id"] = message.Id,
        ["timestamp_ms"] = message.Timestamp,
        ["attempts"] = message.Attempts,
        ["body"] = message.ContentType == QueueContentType.Text ? Encoding.UTF8.GetString(message.Body.Span) : Convert.ToBase64String(message.Body.Span),
        ["lease_id"] = LeaseIds.Write(message),
        ["metadata"] = new JsonObject { ["CF-Content-Type"] = QueueContentTypes.NameOf(message.ContentType) },
    };
}
