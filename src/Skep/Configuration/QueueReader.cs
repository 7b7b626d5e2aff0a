using System.Collections.Immutable;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary><c>queues</c>: those that a project sends to, and those whose messages it gets
/// (https://developers.cloudflare.com/workers/wrangler/configuration/#queues).</summary>
internal static class QueueReader
{
    private const int SecondsToMilliseconds = 1000;

    /// <summary>The bindings, and what the project gets.</summary>
    public static (ImmutableArray<Binding> Producers, ImmutableArray<ConsumedQueue> Consumers) Read(ConfigSection section, List<Diagnostic> diagnostics) =>
        section.Section("queues", "producers", "consumers") is { } queues ? ([.. Producers(queues, diagnostics)], [.. Consumers(queues, diagnostics)]) : ([], []);

    private static IEnumerable<Binding> Producers(ConfigSection queues, List<Diagnostic> diagnostics)
    {
        foreach (var each in queues.Sections("producers", "binding", "queue", "delivery_delay", "remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"QUEUE\".");
            var delay = Number(each, "delivery_delay", 0, QueueRules.MaxDelaySeconds, diagnostics);
            if (each.String("binding") is { } name) yield return new QueueBinding(name, each.String("queue") ?? name, delay);
        }
    }

    private static IEnumerable<ConsumedQueue> Consumers(ConfigSection queues, List<Diagnostic> diagnostics)
    {
        foreach (var each in queues.Sections(
            "consumers", "queue", "type", "max_batch_size", "max_batch_timeout", "max_retries", "dead_letter_queue", "max_concurrency", "visibility_timeout_ms", "retry_delay", "remote"))
        {
            each.Require("queue", "Name the queue: \"queue\": \"my-queue\".");
            if (each.String("type") is { } type && type != "worker")
            {
                diagnostics.Add(Diagnostic.Warning(
                    $"\"{each.Full("type")}\" is \"{type}\", which is only there when it is deployed: here nobody gets the messages", each.PositionOf("type")));
                continue;
            }

            QueueConsumer usual = new() { Id = "", CreatedOn = default };
            var consumer = usual with
            {
                BatchSize = Number(each, "max_batch_size", 1, QueueRules.MaxConsumerBatch, diagnostics) ?? usual.BatchSize,
                MaxWaitMilliseconds = Number(each, "max_batch_timeout", 0, QueueRules.MaxWaitMilliseconds / SecondsToMilliseconds, diagnostics) * SecondsToMilliseconds ?? usual.MaxWaitMilliseconds,
                MaxRetries = Number(each, "max_retries", 0, QueueRules.MaxRetries, diagnostics) ?? usual.MaxRetries,
                MaxConcurrency = Number(each, "max_concurrency", 1, QueueRules.MaxConcurrency, diagnostics),
                RetryDelay = Number(each, "retry_delay", 0, QueueRules.MaxDelaySeconds, diagnostics) ?? 0,
                DeadLetterQueue = each.String("dead_letter_queue"),
            };
            if (each.String("queue") is { } queue) yield return new ConsumedQueue(queue, consumer);
        }
    }

    private static int? Number(ConfigSection section, string name, int least, int most, List<Diagnostic> diagnostics)
    {
        if (section.Integer(name, least) is not { } value) return null;
        if (value <= most) return (int)value;
        diagnostics.Add(Diagnostic.Error($"\"{section.Full(name)}\" must be at most {most}, but is {value}", section.PositionOf(name)));
        return null;
    }
}
