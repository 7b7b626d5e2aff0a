namespace Skep.Runtime.Fetch;

/// <summary>Lets an invocation wait for the response heads of only so many subrequests at once; more wait in line.</summary>
internal sealed class ConnectionQueue(int limit)
{
    private readonly Queue<Action> waiting = new();
    private readonly Lock gate = new();
    private int active;

    /// <summary>Takes a place if one is free.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (active >= limit) return false;
            active++;
            return true;
        }
    }

    /// <summary>Runs <paramref name="start"/> now or when a place is free.</summary>
    public void Enter(Action start)
    {
        lock (gate)
        {
            if (active >= limit)
            {
                waiting.Enqueue(start);
                return;
            }

            active++;
        }

        start();
    }

    /// <summary>Gives a place back; may run another's start.</summary>
    public void Leave()
    {
        Action? next;
        lock (gate)
        {
            if (!waiting.TryDequeue(out next)) active--;
        }

        next?.Invoke();
    }
}
