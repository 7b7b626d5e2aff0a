using System.Collections.Concurrent;
using Skep.Abstractions.Queues;

namespace Skep.Testing;

/// <summary>Takes what is sent to queues. Every operation takes another thread, as over a socket.</summary>
public sealed class FakeQueues : IQueueProducer
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<QueueSend>> _queues = new(StringComparer.Ordinal);

    /// <summary>What everything fails with.</summary>
    public QueueException? Failure { get; set; }

    /// <summary>What was sent to a queue.</summary>
    public IReadOnlyCollection<QueueSend> Of(string queue) => _queues.GetOrAdd(queue, static _ => []);

    public async ValueTask<QueueMetrics> SendAsync(string queue, IReadOnlyList<QueueSend> messages)
    {
        await Task.Yield();
        if (Failure is { } failure) throw failure;
        var held = _queues.GetOrAdd(queue, static _ => []);
        foreach (var message in messages) held.Enqueue(message with { Body = message.Body.ToArray() });
        return Metrics(held);
    }

    public async ValueTask<QueueMetrics> MetricsAsync(string queue)
    {
        await Task.Yield();
        if (Failure is { } failure) throw failure;
        return Metrics(_queues.GetOrAdd(queue, static _ => []));
    }

    private static QueueMetrics Metrics(ConcurrentQueue<QueueSend> held) => new(held.Count, held.Sum(static message => (long)message.Body.Length), held.IsEmpty ? 0 : 1000);
}
