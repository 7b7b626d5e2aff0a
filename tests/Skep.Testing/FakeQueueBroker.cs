using System.Collections.Concurrent;
using System.Text;
using Skep.Abstractions.Queues;

namespace Skep.Testing;

/// <summary>One queue in memory, whose messages have no content but their text.</summary>
public sealed class FakeQueueBroker(TimeProvider time) : IQueueBroker
{
    private readonly Lock _gate = new();
    private readonly List<Held> _messages = [];
    private Action<string> _watcher = static _ => { };
    private long _last;

    /// <summary>The queue; null when it was removed.</summary>
    public QueueDefinition? Queue { get; set; } = new() { Id = "id", Name = "jobs", CreatedOn = default, ModifiedOn = default };

    /// <summary>What taking messages fails with.</summary>
    public QueueException? Failure { get; set; }

    /// <summary>What was said of messages, as <c>text verdict delay</c>.</summary>
    public ConcurrentQueue<string> Settled { get; } = new();

    public IReadOnlyList<QueueDefinition> Queues => Queue is null ? [] : [Queue];

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Watch(Action<string> changed) => _watcher = changed;

    public QueueDefinition? Find(string id) => Queue;

    public QueueDefinition? FindByName(string name) => Queue;

    /// <summary>Configures the queue's consumer, the script <c>worker</c>.</summary>
    public void Consume(Func<QueueConsumer, QueueConsumer>? with = null)
    {
        QueueConsumer consumer = new() { Id = "consumer", Script = "worker", CreatedOn = default };
        Queue = Queue! with { Consumer = with?.Invoke(consumer) ?? consumer };
        Tell();
    }

    /// <summary>Says that the queue has changed.</summary>
    public void Tell() => _watcher("id");

    public void Send(params IEnumerable<string> texts) => Send(TimeSpan.Zero, texts);

    public void Send(TimeSpan delay, params IEnumerable<string> texts)
    {
        lock (_gate)
        {
            foreach (var text in texts) _messages.Add(new Held(++_last, text, Now + (long)delay.TotalMilliseconds));
        }

        Tell();
    }

    public ValueTask<QueueMetrics> SendAsync(string queue, IReadOnlyList<QueueSend> messages) => throw new NotSupportedException();

    public ValueTask<QueueMetrics> MetricsAsync(string queue) => throw new NotSupportedException();

    public ValueTask PurgeAsync(string id) => throw new NotSupportedException();

    public ValueTask<QueueOutlook> OutlookAsync(string id, int batchSize)
    {
        if (Failure is { } failure) throw failure;
        lock (_gate)
        {
            var due = _messages.Select(message => message.Due).Order().ToArray();
            return new(due.Length == 0 ? default : new QueueOutlook(due[0], due.Length >= batchSize ? due[batchSize - 1] : null));
        }
    }

    public ValueTask<QueueBatch> LeaseAsync(string id, QueueLease lease)
    {
        if (Failure is { } failure) throw failure;
        lock (_gate)
        {
            var taken = _messages.Where(message => message.Due <= Now).OrderBy(message => message.Due).ThenBy(message => message.Sequence).Take(lease.Most).ToArray();
            foreach (var message in taken)
            {
                message.Due = Now + (long)lease.Lasts.TotalMilliseconds;
                message.Attempts++;
            }

            return new(new QueueBatch(
                [.. taken.Select(message => new QueueMessage($"{message.Sequence}", 0, message.Attempts, QueueContentType.Text, Encoding.UTF8.GetBytes(message.Text)) { Sequence = message.Sequence })],
                new QueueMetrics(_messages.Count, 0, 0)));
        }
    }

    public ValueTask<QueueSettled> SettleAsync(string id, IReadOnlyList<QueueSettlement> settlements)
    {
        int acknowledged = 0, retried = 0;
        lock (_gate)
        {
            foreach (var (sequence, _, verdict, delay) in settlements)
            {
                var message = _messages.Single(each => each.Sequence == sequence);
                Settled.Enqueue($"{message.Text} {verdict} {delay}".TrimEnd());
                if (verdict == QueueVerdict.Ack)
                {
                    _messages.Remove(message);
                    acknowledged++;
                    continue;
                }

                if (verdict == QueueVerdict.Return) message.Attempts--;
                message.Due = Now + ((delay ?? 0) * 1000L);
                retried++;
            }
        }

        if (retried > 0) Tell();
        return new(new QueueSettled(acknowledged, retried, 0, 0));
    }

    private sealed class Held(long sequence, string text, long due)
    {
        public long Sequence => sequence;

        public string Text => text;

        public long Due { get; set; } = due;

        public int Attempts { get; set; }
    }
}
