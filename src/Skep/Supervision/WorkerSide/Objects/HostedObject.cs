using Skep.Abstractions.Objects;
using Skep.Supervision.Peers;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>An object that this process hosts, until it lets go of it.</summary>
internal sealed class HostedObject(ObjectAddress address, long epoch)
{
    private const int LeavingFlag = 1 << 30;

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _entered;

    public ObjectAddress Address => address;

    /// <summary>The fencing token of the lease.</summary>
    public long Epoch => epoch;

    /// <summary>The version that runs it; null before its first event.</summary>
    public string? Version { get; set; }

    /// <summary>Brings other processes' events.</summary>
    public Lane Lane { get; } = new();

    public bool IsLeaving => (Volatile.Read(ref _entered) & LeavingFlag) != 0;

    /// <summary>Ends when another process may host it.</summary>
    public Task Left => _left.Task;

    /// <summary>Holds it while an event is handed over; false when it is leaving.</summary>
    public bool TryEnter()
    {
        if ((Interlocked.Increment(ref _entered) & LeavingFlag) == 0) return true;
        Leave();
        return false;
    }

    /// <summary>The event is in the object's hands.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _entered) == LeavingFlag) _idle.TrySetResult();
    }

    /// <summary>It takes no events from now on; false when that was so already.</summary>
    public bool TryBeginLeaving()
    {
        var before = Interlocked.Or(ref _entered, LeavingFlag);
        if ((before & LeavingFlag) != 0) return false;
        if (before == 0) _idle.TrySetResult();
        return true;
    }

    /// <summary>Ends when every event that it took has been handed over.</summary>
    public async Task HandedOverAsync()
    {
        await Lane.WhenPassedAsync();
        await _idle.Task;
    }

    public void EndLeaving() => _left.TrySetResult();
}
