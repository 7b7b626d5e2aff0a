using System.Collections.Concurrent;
using System.Diagnostics;
using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>Blank isolates, made ahead of need, so that a cold start costs only the worker's own code.</summary>
internal sealed class IsolatePool : IDisposable
{
    /// <summary>The heap limit of the isolates kept ready.</summary>
    public const long HeapLimit = 128L << 20;

    // Whoever took an isolate is starting a worker that a client waits for: making the next one beside it would take the
    // processor and the locks of the address space from it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private readonly ConcurrentQueue<Isolate> ready = new();
    private readonly Snapshot snapshot;
    private readonly int size;
    private readonly Timer timer;
    private long lastTaken;
    private int armed;
    private volatile bool disposed;

    public IsolatePool(Snapshot snapshot, int size)
    {
        this.snapshot = snapshot;
        this.size = size;
        timer = new Timer(static pool => ((IsolatePool)pool!).Fill(), this, Timeout.Infinite, Timeout.Infinite);
    }

    public int Ready => ready.Count;

    /// <summary>An isolate with this heap limit, from the pool when it has one.</summary>
    public Isolate Take(long heapLimit)
    {
        Volatile.Write(ref lastTaken, Stopwatch.GetTimestamp());
        var found = heapLimit == HeapLimit && ready.TryDequeue(out var isolate) ? isolate : null;
        Refill();
        return found ?? Create(heapLimit);
    }

    /// <summary>Fills the pool in the background, as soon as no worker is being started.</summary>
    public void Refill()
    {
        if (ready.Count < size && !disposed && Interlocked.Exchange(ref armed, 1) == 0) Wait();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        timer.Dispose();
        Empty();
    }

    private void Wait()
    {
        var taken = Volatile.Read(ref lastTaken);
        var left = taken == 0 ? TimeSpan.Zero : Pause - Stopwatch.GetElapsedTime(taken);
        try
        {
            timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The runtime has ended meanwhile.
        }
    }

    private void Fill()
    {
        while (ready.Count < size && !disposed)
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref lastTaken)) < Pause)
            {
                Wait();
                return;
            }

            ready.Enqueue(Create(HeapLimit));
        }

        Volatile.Write(ref armed, 0);
        if (disposed) Empty();
        else Refill();
    }

    private void Empty()
    {
        while (ready.TryDequeue(out var isolate)) isolate.Dispose();
    }

    private Isolate Create(long heapLimit) =>
        new(new IsolateOptions { Snapshot = snapshot, HostFunctions = HostCalls.Names, HeapLimit = heapLimit });
}
