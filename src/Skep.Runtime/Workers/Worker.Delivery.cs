using Skep.Abstractions.Threads;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Workers;

// Which isolate an event goes to.
internal sealed partial class Worker
{
    // So often a thread found every isolate taken, if only for a moment: threads share what each could have for itself.
    private const int ContendedBeforeAnother = 256;

    private static int threads;

    [ThreadStatic]
    private static int threadNumber;

    private int contended;

    /// <summary>Gives an event to an isolate: a free one runs it on this thread. Else it waits: for the preferred one, if that is left to a
    /// thread that goes on with it soon, or in the shortest queue. A further isolate is started when there may be one, unless it would be
    /// this very thread that runs it.</summary>
    public void Deliver(Invocation invocation)
    {
        if (Volatile.Read(ref threadsLost) >= MostThreadsLost)
        {
            Refuse(invocation, Banned);
            return;
        }

        if (aborted)
        {
            Refuse(invocation, Stopped);
            return;
        }

        var current = Volatile.Read(ref isolates);
        var first = current.Length > 1 ? PreferredOf(current.Length) : 0;
        var preferred = first < current.Length && !current[first].IsRetired ? current[first] : null;
        if (preferred?.LeftTo is { } place && place == ServingPlace.Current)
        {
            invocation.Waited = true;
            preferred.Post(invocation);
            return;
        }

        for (var i = 0; i < current.Length; i++)
        {
            var isolate = current[(first + i) % current.Length];
            if (!isolate.IsRetired && isolate.TryRun(invocation)) return;
        }

        invocation.Waited = true;
        if ((preferred?.LeftTo is null ? ShortestOf(current) : preferred) is not { } chosen)
        {
            WaitForStart(invocation);
            return;
        }

        chosen.Post(invocation);
        var crowded = chosen.Waiting > 1 || Interlocked.Increment(ref contended) % ContendedBeforeAnother == 0;
        if (crowded && current.Length + Volatile.Read(ref starting) < Runtime.Options.IsolatesPerWorker) StartAnother();
    }

    private static WorkerIsolate? ShortestOf(WorkerIsolate[] isolates)
    {
        WorkerIsolate? shortest = null;
        foreach (var isolate in isolates)
        {
            if (!isolate.IsRetired && (shortest is null || isolate.Waiting < shortest.Waiting)) shortest = isolate;
        }

        return shortest;
    }

    /// <summary>Where the calling thread begins to look for a free isolate. Each place that threads serve at, and each thread that has
    /// none, with the same one, its heap stays in that processor's cache, and V8 need not move its state from thread to thread.</summary>
    private static int PreferredOf(int count)
    {
        if (ServingPlace.Current is { } place) return (int)((uint)place.Number % (uint)count);
        if (threadNumber == 0) threadNumber = Interlocked.Increment(ref threads);
        return (int)((uint)threadNumber % (uint)count);
    }
}
