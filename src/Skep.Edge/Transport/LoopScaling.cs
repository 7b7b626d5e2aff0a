namespace Skep.Edge.Transport;

/// <summary>Decides how many loops share the connections. One loop that keeps up is cheaper than two: it takes more events at a time,
/// sleeps and is woken less often, and keeps a worker in one isolate. Another helps only where a core is free for it, and is kept only
/// where it does (<see cref="LoopTrial"/>).</summary>
/// <remarks>Fed with samples: how many loops were at work when the monitor looked, and what they have done since.</remarks>
internal sealed class LoopScaling(int most, Func<ProcessorUse?> measure)
{
    /// <summary>Samples after which it decides.</summary>
    public const int Window = 40;

    // In loops that are at work all the time. One that is for half of its time makes requests wait for each other.
    private const double BusyEnough = 0.5;
    private const double CalmEnough = 0.3;

    // In cores. With no core left to others, what a loop's worth of work costs can be more than one loop's.
    private const double IdleEnough = 0.15;
    private const double NoneIdle = 0.05;
    private const double OneLoopsWorth = 1.1;

    // Windows that must agree before a loop is left, or another one is taken.
    private const int Patience = 5;
    private const int Impatience = 3;

    // What is compiled meanwhile, or has only begun, gets faster by itself: no trial would tell what a loop does for it.
    private const double StillGrowing = 1.15;

    // Samples of a window in which a worker computed on a thread that had been overtaken: it would have held all others up.
    private const int OftenHeldUp = Window / 4;

    private readonly LoopTrial _trial = new();
    private int _samples;
    private int _busy;
    private double _work;
    private double _crowdedRate;
    private int _before = 1;
    private int _heldUp;
    private int _calm;
    private int _crowded;

    /// <summary>How many loops are in use.</summary>
    public int Active { get; private set; } = 1;

    /// <summary>One sample. True when the decision has changed.</summary>
    /// <param name="busy">How many of the loops in use were at work.</param>
    /// <param name="heldUp">A thread that was overtaken is still in the worker that it was overtaken for.</param>
    /// <param name="work">What they did for clients since the last sample (<see cref="EventLoop.Work"/>).</param>
    public bool Add(int busy, bool heldUp, double work)
    {
        _busy += busy;
        _work += work;
        _heldUp += heldUp ? 1 : 0;
        if (++_samples < Window)
            return false;
        int before = Active;
        Decide((double)_busy / Window, measure());
        _samples = _busy = _heldUp = 0;
        _work = 0;
        return Active != before;
    }

    private void Decide(double load, ProcessorUse? use)
    {
        bool fewerWouldDo = load <= Active / 2 * CalmEnough || (use?.Idle < NoneIdle && use?.Own <= Active / 2 * OneLoopsWorth);
        bool moreWouldHelp = load >= Active * BusyEnough && use?.Idle >= IdleEnough;
        double rate = use is { } known ? _work / known.Elapsed.TotalSeconds : 0;
        _calm = fewerWouldDo ? _calm + 1 : 0;
        bool grows = rate * _crowded > _crowdedRate * StillGrowing;
        (_crowded, _crowdedRate) = !moreWouldHelp ? (0, 0) : grows ? (1, rate) : (_crowded + 1, _crowdedRate + rate);
        if (use is not null)
            _trial.Pass(rate);
        if (_heldUp >= OftenHeldUp)
            Change(most);
        else if (_trial.IsUnderWay)
            Judge(use);
        else if (_crowded >= Impatience && Active < most)
            Try(_crowdedRate / _crowded);
        else if (_calm >= Patience)
            Change((Active + 1) / 2);
    }

    private void Try(double rate)
    {
        if (!_trial.MayBegin(rate))
            return;
        _before = Active;
        Change(Math.Min(most, Active * 2));
        _trial.Begin(rate);
    }

    private void Judge(ProcessorUse? use)
    {
        if (use is { } known && _trial.TryEnd(coresAreFree: known.Idle >= IdleEnough, out bool helped) && !helped)
            Change(_before);
    }

    private void Change(int active)
    {
        (Active, _calm, _crowded, _crowdedRate) = (active, 0, 0, 0);
        _trial.Abandon();
    }
}
