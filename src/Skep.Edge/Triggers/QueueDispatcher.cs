using System.Collections.Concurrent;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Scheduling;

namespace Skep.Edge.Triggers;

/// <summary>Delivers the messages of queues to the Workers that consume them. Nothing is asked again and again: a queue is looked at when
/// something changed, and when its next batch is due. There is one dispatcher for a broker.</summary>
/// <param name="broker">The queues.</param>
/// <param name="target">Runs handlers.</param>
/// <param name="time">The clock.</param>
/// <param name="onEnded">Hears of every batch that was handled.</param>
/// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
public sealed class QueueDispatcher(IQueueBroker broker, IQueueTarget target, TimeProvider time, Action<QueueRun> onEnded, Action<Exception> onFailure) : IAsyncDisposable
{
    // How long handlers may go on when the server ends; what they have not settled then is delivered again after the next start.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, QueuePump> _pumps = new(StringComparer.Ordinal);
    private readonly QueueDelivering _delivering = new(broker, target, time, onEnded, onFailure);
    private volatile bool _stopped;

    /// <summary>Begins with what is there.</summary>
    public void Start()
    {
        broker.Watch(Look);
        foreach (var queue in broker.Queues) Look(queue.Id);
    }

    /// <summary>Looks at a queue again, as when its consumer was deployed.</summary>
    public void Retry(string script)
    {
        foreach (var queue in broker.Queues)
        {
            if (queue.Consumer?.Script == script && _pumps.TryGetValue(queue.Id, out var pump)) pump.Retry();
        }
    }

    /// <summary>Ends when no queue is being looked at.</summary>
    public Task SettledAsync() => Task.WhenAll(_pumps.Values.Select(pump => pump.Looked));

    /// <summary>Delivers nothing more, and lets handlers end, for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        _stopped = true;
        broker.Watch(static _ => { });
        await Task.WhenAny(Task.WhenAll(_pumps.Values.Select(pump => pump.StopAsync())), Task.Delay(Patience, time));
    }

    private void Look(string id)
    {
        if (_stopped) return;
        if (broker.Find(id) is null)
        {
            // Its last batches end by themselves.
            if (_pumps.TryRemove(id, out var removed)) _ = removed.StopAsync();
            return;
        }

        if (_pumps.TryGetValue(id, out var pump)) pump.Signal();
        else if (broker.Find(id)?.Consumer?.Script is not null) _pumps.GetOrAdd(id, static (key, self) => new QueuePump(key, self._delivering), this).Signal();
    }
}
