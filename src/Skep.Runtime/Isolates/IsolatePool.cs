using System.Collections.Concurrent;
using Skep.V8;

namespace Skep.Runtime.Isolates;

/// <summary>Blank isolates, made ahead of need, so that a cold start costs only the worker's own code.</summary>
internal sealed class IsolatePool(Snapshot snapshot, int size) : IThreadPoolWorkItem, IDisposable
{
    private readonly ConcurrentQueue<Isolate> ready = new();
    private int filling;
    private volatile bool disposed;

    /// <summary>The heap limit of the isolates kept ready.</summary>
    public const long HeapLimit = 128L << 20;

    public int Ready => ready.Count;

    /// <summary>An isolate with this heap limit, from the pool when it has one.</summary>
    public Isolate Take(long heapLimit)
    {
        if (heapLimit == HeapLimit && ready.TryDequeue(out var isolate))
        {
            Refill();
            return isolate;
        }

        Refill();
        return Create(heapLimit);
    }

    /// <summary>Fills the pool in the background.</summary>
    public void Refill()
    {
        if (ready.Count < size && Interlocked.Exchange(ref filling, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute()
    {
        while (ready.Count < size && !disposed) ready.Enqueue(Create(HeapLimit));
        Volatile.Write(ref filling, 0);
        if (disposed) Empty();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        Empty();
    }

    private void Empty()
    {
        while (ready.TryDequeue(out var isolate)) isolate.Dispose();
    }

    private Isolate Create(long heapLimit) =>
        new(new IsolateOptions { Snapshot = snapshot, HostFunctions = HostFunction.Names, HeapLimit = heapLimit });
}
