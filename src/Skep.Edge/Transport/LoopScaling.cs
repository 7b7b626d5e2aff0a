namespace Skep.Edge.Transport;

/// <summary>Decides how many loops share the connections. One loop that keeps up is cheaper than two: it takes more events at a time,
/// sleeps and is woken less often, and keeps a worker in one isolate. Another helps only where a core is free for it, and is kept only
/// where it does (<see cref="LoopTrial"/>). Where clients take a good part of the cores, fewer are tried as well.</summary>
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
    private const double LittleIdle = 0.25;
    private const double NoneIdle = 0.05;
    private const double OneLoopsWorth = 1.1;
    private const double PerhapsOneLoopsWorth = 1.5;

    // Windows that must agree before a loop is left, or another one is taken.
    private const int Patience = 5;
    private const int Impatience = 3;

    // What is compiled meanwhile, or has only begun, gets faster by itself: no trial would tell what a loop does for it.
    private const double StillGrowing = 1.15;

    // Samples of a window in which a worker computed on a thread that had been overtaken: it would have held all others up.
    private const int OftenHeldUp = Window / 2;

    // 5 s and 20 s: what is compiled during a trial of more makes it fail, and during one of fewer most clients are served worse.
    private readonly LoopTrial _trialOfMore = new(pause: 25);
    private readonly LoopTrial _trialOfFewer = new(pause: 100);
    private int _samples;
    private int _busy;
    private double _work;
    private Spell _crowded;
    private Spell _shared;
    private int _before = 1;
    private int _tried = 1;
    private int _heldUp;
    private int _calm;

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
        int fewer = (Active + 1) / 2;
        bool noneIdle = use?.Idle < NoneIdle;
        bool fewerWouldDo = load <= Active / 2 * CalmEnough || (noneIdle && use?.Own <= Active / 2 * OneLoopsWorth);
        bool fewerMightDo = Active > 1 && use?.Idle < LittleIdle && use?.Own <= Active / 2 * PerhapsOneLoopsWorth;
        bool moreWouldHelp = load >= Active * BusyEnough && use?.Idle >= IdleEnough;
        LoopYield done = use is { } known ? new LoopYield(_work / known.Elapsed.TotalSeconds, known.Own) : default;
        _calm = fewerWouldDo ? _calm + 1 : 0;
        _crowded.Add(moreWouldHelp, done);
        _shared.Add(fewerMightDo, done);
        if (use is { Idle: double idle })
        {
            _trialOfMore.Pass(done, idle);
            _trialOfFewer.Pass(done, idle);
        }

        LoopTrial? trial = _trialOfMore.IsUnderWay ? _trialOfMore : _trialOfFewer.IsUnderWay ? _trialOfFewer : null;
        if (_heldUp >= OftenHeldUp)
            TakeAll();
        else if (trial is not null && load <= CalmEnough)
            Change(Math.Min(_before, _tried));
        else if (trial is not null)
            Judge(trial);
        else if (_crowded.Windows >= Impatience && Active < most)
            Try(_trialOfMore, Math.Min(most, Active * 2), _crowded.Mean);
        else if (_calm >= Patience)
            Change(fewer);
        else if (_shared.Windows >= Patience)
            Try(_trialOfFewer, fewer, _shared.Mean);
    }

    private void TakeAll()
    {
        if (_trialOfFewer.IsUnderWay)
            _trialOfFewer.Fail();
        Change(most);
    }

    private void Try(LoopTrial trial, int active, LoopYield before)
    {
        if (!trial.MayBegin(before.Rate))
            return;
        (_before, _tried) = (Active, active);
        Change(active);
        if (trial != _trialOfMore || !trial.HasHelped)
            trial.Begin(before);
    }

    private void Judge(LoopTrial trial)
    {
        switch (trial == _trialOfMore ? trial.JudgeMore() : trial.JudgeFewer())
        {
            case LoopTrialResult.Unconfirmed:
                Active = _before;
                break;
            case LoopTrialResult.Failed:
                Change(_before);
                break;
            case LoopTrialResult.Helped:
                if (Active != _tried)
                    Change(_tried);
                (trial == _trialOfFewer ? _trialOfMore : _trialOfFewer).Pause(trial.Tried);
                break;
        }
    }

    private void Change(int active)
    {
        (Active, _calm, _crowded, _shared) = (active, 0, default, default);
        _trialOfMore.Abandon();
        _trialOfFewer.Abandon();
    }

    /// <summary>Windows that agreed one after another, and what was done in them.</summary>
    private struct Spell
    {
        private LoopYield _sum;

        public int Windows { get; private set; }

        public readonly LoopYield Mean => _sum / Windows;

        public void Add(bool agrees, LoopYield done)
        {
            bool grows = done.Rate * Windows > _sum.Rate * StillGrowing;
            (Windows, _sum) = !agrees ? (0, default) : grows ? (1, done) : (Windows + 1, _sum + done);
        }
    }
}
