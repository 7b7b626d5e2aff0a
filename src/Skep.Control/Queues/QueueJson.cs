using System.Text.Json.Nodes;
using Skep.Abstractions.Queues;
using Skep.Control.Envelopes;

namespace Skep.Control.Queues;

/// <summary>Queues as the API writes them.</summary>
internal static class QueueJson
{
    public static JsonObject Describe(QueueDefinition queue, IEnumerable<string> producers)
    {
        var senders = new JsonArray([.. producers.Order(StringComparer.Ordinal).Select(script => new JsonObject { ["type"] = "worker", ["script"] = script })]);
        var consumers = queue.Consumer is { } consumer ? new JsonArray(Describe(queue, consumer)) : [];
        return new JsonObject
        {
            ["queue_id"] = queue.Id,
            ["queue_name"] = queue.Name,
            ["created_on"] = ApiTime.Text(queue.CreatedOn),
            ["modified_on"] = ApiTime.Text(queue.ModifiedOn),
            ["producers_total_count"] = senders.Count,
            ["producers"] = senders,
            ["consumers_total_count"] = consumers.Count,
            ["consumers"] = consumers,
            ["settings"] = new JsonObject
            {
                ["delivery_delay"] = queue.DeliveryDelay,
                ["delivery_paused"] = queue.IsPaused,
                ["message_retention_period"] = queue.RetentionSeconds,
            },
        };
    }

    public static JsonObject Describe(QueueDefinition queue, QueueConsumer consumer)
    {
        JsonObject described = new()
        {
            ["consumer_id"] = consumer.Id,
            ["queue_name"] = queue.Name,
            ["type"] = consumer.IsPull ? "http_pull" : "worker",
            ["created_on"] = ApiTime.Text(consumer.CreatedOn),
            ["settings"] = consumer.IsPull
                ? new JsonObject
                {
                    ["batch_size"] = consumer.BatchSize,
                    ["max_retries"] = consumer.MaxRetries,
                    ["retry_delay"] = consumer.RetryDelay,
                    ["visibility_timeout_ms"] = consumer.VisibilityMilliseconds,
                }
                : new JsonObject
                {
                    ["batch_size"] = consumer.BatchSize,
                    ["max_retries"] = consumer.MaxRetries,
                    ["max_wait_time_ms"] = consumer.MaxWaitMilliseconds,
                    ["max_concurrency"] = consumer.MaxConcurrency,
                    ["retry_delay"] = consumer.RetryDelay,
                },
        };
        if (consumer.Script is { } script) described["script"] = script;
        if (consumer.DeadLetterQueue is { } letters) described["dead_letter_queue"] = letters;
        return described;
    }

    public static JsonObject Describe(QueueMetrics metrics) => new()
    {
        ["metrics"] = new JsonObject
        {
            ["backlog_count"] = metrics.BacklogCount,
            ["backlog_bytes"] = metrics.BacklogBytes,
            ["oldest_message_timestamp_ms"] = metrics.OldestMessageTimestamp,
        },
    };

    /// <summary>A whole number within bounds; null when it is not given.</summary>
    public static int? Number(JsonObject from, string name, int least, int most)
    {
        if (from.OptionalNumber(name) is not { } value) return null;
        return value >= least && value <= most && value == Math.Truncate(value)
            ? (int)value
            : throw QueueAccess.Invalid($"Invalid {name} of {value}: it must be a whole number from {least} to {most}.");
    }
}
