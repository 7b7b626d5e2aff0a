using System.Collections.Concurrent;
using System.Collections.Immutable;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Tailing;

/// <summary>Gives the traces of scripts to their tail Workers, in batches, and to whoever else wants them. Whoever is traced never waits
/// for it, and never fails by it.</summary>
/// <param name="next">Who else wants traces; null when nobody ever does.</param>
/// <param name="workers">Finds the tail Workers.</param>
/// <param name="observer">Hears what goes wrong in them.</param>
/// <param name="time">The clock.</param>
public sealed class TailConsumers(ITraceSink? next, IServiceDirectory workers, IWorkerObserver observer, TimeProvider time) : ITraceSink, IAsyncDisposable
{
    // What is still on its way when the server ends.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ImmutableArray<TailQueue>> _consumers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TraceDemand> _demands = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TailQueue> _queues = new(StringComparer.Ordinal);

    /// <summary>From now on these Workers take the script's traces.</summary>
    public void Set(string script, ImmutableArray<string> consumers)
    {
        if (consumers.IsEmpty) _consumers.TryRemove(script, out _);
        else _consumers[script] = [.. consumers.Distinct(StringComparer.Ordinal).Select(QueueOf)];
        DemandFor(script).IsConsumed = !consumers.IsEmpty;
    }

    /// <inheritdoc/>
    public TraceDemand DemandFor(string script) => next?.DemandFor(script) ?? _demands.GetOrAdd(script, static _ => new TraceDemand());

    /// <inheritdoc/>
    public void Publish(InvocationTrace trace)
    {
        if (_consumers.TryGetValue(trace.ScriptName, out var queues))
        {
            foreach (var queue in queues)
            {
                // Workers that tail each other would have no end of traces.
                if (queue.Consumer == trace.ScriptName || (trace.Event is TailTraceEvent tail && tail.Behind.Contains(queue.Consumer))) continue;
                queue.Offer(trace);
            }
        }

        if (next?.DemandFor(trace.ScriptName).IsWanted == true) next.Publish(trace);
    }

    /// <summary>Ends when everything was delivered that was published, or when that takes too long.</summary>
    public async Task FlushAsync()
    {
        try
        {
            await Task.WhenAll(_queues.Values.Select(queue => queue.FlushAsync())).WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            // The server ends.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values) await queue.DisposeAsync();
    }

    private TailQueue QueueOf(string consumer) => _queues.GetOrAdd(consumer, name => new TailQueue(name, workers, observer, time));
}
