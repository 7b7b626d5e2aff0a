using Skep.Abstractions.Workers;

namespace Skep.Edge.Routing;

/// <summary>A worker that requests can be routed to, and that can be taken out of service without losing one: a request that
/// was routed here a moment before the route changed still finds the worker alive, or is routed again.</summary>
public sealed class RoutedWorker(IWorker worker) : IServedWorker
{
    private const int RetiredFlag = 1 << 30;

    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _entered;

    /// <summary>The worker behind it.</summary>
    public IWorker Worker { get; } = worker;

    /// <summary>Stops taking requests, lets those it has end, and disposes of the worker. Change the route first.</summary>
    public async Task RetireAsync()
    {
        int before = Interlocked.Or(ref _entered, RetiredFlag);
        if ((before & RetiredFlag) != 0)
            return;
        if (before != 0)
            await _left.Task;
        await Worker.DrainAsync();
        await Worker.DisposeAsync();
    }

    /// <summary>Holds the worker while an event is handed over; false when it is retired and the route must be asked again.</summary>
    public bool TryEnter()
    {
        if ((Interlocked.Increment(ref _entered) & RetiredFlag) == 0)
            return true;
        Leave();
        return false;
    }

    /// <summary>The event is in the worker's hands, so its drain waits for it.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _entered) == RetiredFlag)
            _left.TrySetResult();
    }
}
