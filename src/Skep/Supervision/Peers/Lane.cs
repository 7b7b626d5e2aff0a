namespace Skep.Supervision.Peers;

/// <summary>Does one piece of work after the other, in the order in which they came, on threads of the pool. What a process sends to an object
/// arrives in order by it, and one that computes for long holds up nobody else.</summary>
internal sealed class Lane : IThreadPoolWorkItem
{
    private readonly Queue<Action> _waiting = [];
    private bool _isScheduled;

    public void Post(Action work)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(work);
            if (_isScheduled) return;
            _isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends when everything that was posted before has been done.</summary>
    public Task WhenPassedAsync()
    {
        TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(passed.SetResult);
        return passed.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (;;)
        {
            Action next;
            lock (_waiting)
            {
                if (!_waiting.TryDequeue(out next!))
                {
                    _isScheduled = false;
                    return;
                }
            }

            next();
        }
    }
}
