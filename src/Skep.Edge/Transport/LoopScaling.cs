namespace Skep.Edge.Transport;

/// <summary>Decides how many loops share the connections. One loop that keeps up is cheaper than two: it takes more events at a time,
/// sleeps and is woken less often, and keeps a worker in one isolate. Another helps only where a core is free for it.</summary>
/// <remarks>Fed with samples: which loops were at work when the monitor looked.</remarks>
internal sealed class LoopScaling(int most, Func<double?> idleCores)
{
    /// <summary>Samples after which it decides.</summary>
    public const int Window = 40;

    // Load is in loops that are busy all the time. A loop that is busy for half of its time makes requests wait for each other.
    private const double BusyEnough = 0.5;
    private const double IdleEnough = 0.5;
    private const double CalmEnough = 0.3;

    // Windows that must agree before a loop is left.
    private const int CalmWindows = 10;
    private const int CalmWindowsAfterStall = 50;

    private int _samples;
    private int _busy;
    private int _calm;
    private int _calmNeeded = CalmWindows;

    /// <summary>How many loops are in use.</summary>
    public int Active { get; private set; } = 1;

    /// <summary>One sample. True when the decision has changed.</summary>
    /// <param name="busy">How many of the loops in use were at work.</param>
    /// <param name="stalled">A loop had to be overtaken: what it has to do would hold up all others in the same loop.</param>
    public bool Add(int busy, bool stalled)
    {
        int before = Active;
        if (stalled)
        {
            (_calm, _calmNeeded) = (0, CalmWindowsAfterStall);
            Active = most;
        }

        _busy += busy;
        if (++_samples == Window)
        {
            Decide((double)_busy / Window);
            _samples = _busy = 0;
        }

        return Active != before;
    }

    private void Decide(double load)
    {
        if (Active < most && load >= Active * BusyEnough && idleCores() >= IdleEnough)
            Active = Math.Min(most, Active * 2);
        _calm = load <= Active / 2 * CalmEnough ? _calm + 1 : 0;
        if (Active == 1 || _calm < _calmNeeded)
            return;
        Active = (Active + 1) / 2;
        (_calm, _calmNeeded) = (0, CalmWindows);
    }
}
