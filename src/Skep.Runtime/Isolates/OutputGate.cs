using Skep.Abstractions.Errors;

namespace Skep.Runtime.Isolates;

/// <summary>Holds back what a Durable Object sends until the writes before it are durable
/// (https://developers.cloudflare.com/durable-objects/reference/in-memory-state/). Touched only inside the isolate's turns.</summary>
/// <param name="turnHasWrites">Whether the turn has written what must be durable before anything leaves.</param>
internal sealed class OutputGate(Func<bool> turnHasWrites)
{
    private readonly Queue<(Task? Durable, Action<WorkerError?>? Send)> queue = new();
    private readonly List<Action<WorkerError?>> turn = [];
    private WorkerError? broken;
    private long turns;

    // What this turn writes is before what is sent now.
    private bool WaitsForTurn => turn.Count > 0 || turnHasWrites();

    /// <summary>What is sent at the same position waits for the same writes. It rises with each turn, and within one with its first write.</summary>
    public long Position => (turns * 2) + (WaitsForTurn ? 1 : 0);

    /// <summary>What is sent now has to wait.</summary>
    public bool IsLocked => queue.Count > 0 || broken is not null || WaitsForTurn;

    /// <summary>Sends now or when it may: with null, or with why it never can.</summary>
    public void Send(Action<WorkerError?> send)
    {
        if (broken is not null) send(broken);
        else if (WaitsForTurn) turn.Add(send);
        else if (queue.Count > 0) queue.Enqueue((null, send));
        else send(null);
    }

    /// <summary>The turn has ended.</summary>
    /// <param name="durable">What it wrote, on its way to the disk; null when there is nothing to wait for.</param>
    public void EndTurn(Task? durable)
    {
        if (durable is { IsCompletedSuccessfully: false }) queue.Enqueue((durable, null));
        foreach (var send in turn) queue.Enqueue((null, send));
        turn.Clear();
        turns++;
        Release();
    }

    /// <summary>Sends what waits for nothing any more.</summary>
    public void Release()
    {
        while (queue.TryPeek(out var next) && next.Durable is not { IsCompletedSuccessfully: false })
        {
            queue.Dequeue();
            next.Send?.Invoke(null);
        }
    }

    /// <summary>What waits is never sent, nor anything after it.</summary>
    public void Break(WorkerError error)
    {
        broken ??= error;
        List<Action<WorkerError?>> failed = [.. queue.Where(static each => each.Send is not null).Select(static each => each.Send!), .. turn];
        queue.Clear();
        turn.Clear();
        foreach (var send in failed) send(broken);
    }
}
