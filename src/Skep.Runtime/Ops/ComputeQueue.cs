namespace Skep.Runtime.Ops;

/// <summary>The long computations of one isolate, one after the other on the thread pool. A worker that starts a thousand holds
/// one thread with them, not all those that serve the others.</summary>
internal sealed class ComputeQueue : IThreadPoolWorkItem
{
    private readonly Lock gate = new();
    private readonly Queue<ComputeOp> waiting = new();
    private bool running;

    public void Add(ComputeOp computation)
    {
        lock (gate)
        {
            waiting.Enqueue(computation);
            if (running) return;
            running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        ComputeOp next;
        lock (gate) next = waiting.Dequeue();
        next.Compute();
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                running = false;
                return;
            }
        }

        // To the end of the pool's queue: requests that came meanwhile go first.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
