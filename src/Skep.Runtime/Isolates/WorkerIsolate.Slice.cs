using System.Diagnostics;
using Skep.Abstractions.Threads;

namespace Skep.Runtime.Isolates;

// How long a thread stays in it, and to whom it leaves it.
internal sealed partial class WorkerIsolate
{
    private volatile ServingPlace? leftTo;
    private volatile ServingPlace? lastBringer;
    private long bringers;

    /// <summary>Whose thread goes on with it as soon as it has looked at its connections. Null while a thread is in it, and while it is free.</summary>
    public ServingPlace? LeftTo => leftTo;

    private static long BitOf(ServingPlace place) => 1L << (place.Number & 63);

    /// <summary>The calling thread has queued something.</summary>
    private void NoteBringer()
    {
        if (ServingPlace.Current is not { } place) return;
        if ((Volatile.Read(ref bringers) & BitOf(place)) == 0) Interlocked.Or(ref bringers, BitOf(place));
        if (lastBringer != place) lastBringer = place;
    }

    /// <summary>What a thread drains of the queue before it leaves the rest for later. While somebody is in an isolate all work for it is
    /// queued; under load the queue never ends then. A thread that serves connections would serve them no more, and one that was
    /// overtaken, or is of the pool, would stay for good, and all that arrives would have to change threads.</summary>
    /// <remarks>Not while turns are long themselves: then connections are better off with another thread than the one in the isolate.</remarks>
    private struct Slice
    {
        private static readonly long Length = Stopwatch.Frequency / 4000;
        private static readonly long LongTurn = Stopwatch.Frequency / 1000;

        private readonly WorkerIsolate isolate;
        private readonly long broughtBefore;
        private long began;

        public Slice(WorkerIsolate isolate)
        {
            this.isolate = isolate;
            isolate.leftTo = null;
            if (Volatile.Read(ref isolate.bringers) != 0) broughtBefore = Interlocked.Exchange(ref isolate.bringers, 0);
        }

        /// <summary>A turn of queued work has ended: where the isolate is left to, null while the thread stays.</summary>
        public ServingPlace? End()
        {
            if (isolate.queue.IsEmpty || isolate.next.Count > 0 || isolate.state != Running) return null;
            var now = Stopwatch.GetTimestamp();
            if (began == 0) began = now - isolate.turnTicks;
            if (isolate.turnTicks > LongTurn || now - began < Length) return null;
            var brought = broughtBefore | Volatile.Read(ref isolate.bringers);
            var own = ServingPlace.IsGuest ? null : ServingPlace.Current;
            return brought == 0 || (own is not null && (brought & BitOf(own)) != 0) ? own : isolate.lastBringer;
        }
    }
}
