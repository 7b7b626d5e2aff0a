namespace Skep.Edge.Transport;

/// <summary>Finds out whether loops that were just taken get more done, or the fewer that were left no less. Where clients share the cores
/// with the server, more often get no more done, or little more for a good part of a core: each loop then wakes for fewer events at a time,
/// and what it takes of a core others lack.</summary>
/// <remarks>A machine whose speed depends on its neighbours, or code that is still being compiled, gets more done by itself. What takes cores
/// from others is kept only when less gets done again after going back.
/// Counts in windows of <see cref="LoopScaling"/>; a rate is work in a second, of any unit.</remarks>
/// <param name="pause">Windows until what has failed is tried again for the first time.</param>
internal sealed class LoopTrial(int pause)
{
    // The first window has the move of the connections in it.
    private const int Settling = 1;
    private const int Length = 4;

    // Less than this is noise, or not worth a core that others want.
    private const double Gain = 1.05;

    // Nor is less than this noise: a loss, though cores be free.
    private const double Loss = 0.95;

    // Cores that are idle with more loops when those take nothing from others: answers may come sooner then even if there are no more.
    private const double PlentyIdle = 0.35;

    // The pause after a failure doubles each time, up to a few minutes.
    private const int MostDoublings = 6;
    private const int LongestPause = 1600;

    // When so much more gets done after going back than did before, the work itself became faster during the trial, which says
    // nothing then. It is tried again a second later.
    private const double Faster = 1.15;
    private const int ShortPause = 5;
    private const int MostUnclear = 5;

    // Windows until the opposite of what helped is tried (20 s), and for which it is known to help after a calm (a minute of load).
    private const int AfterTheOpposite = 100;
    private const int Memory = 300;

    // Work that has become so much less or more is other work: what was found out says nothing about it.
    private const double SameWork = 1.6;

    private LoopYield _before;
    private LoopYield _since;
    private double _idle;
    private int _window;
    private int _pause;
    private int _failures;
    private int _unclear;
    private int _remembered;

    /// <summary>Loops were taken or left, and it is not known yet what for.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>What was done with the loops that were tried.</summary>
    public LoopYield Tried { get; private set; }

    /// <summary>Whether a trial of the same work helped a short while ago.</summary>
    public bool HasHelped => _remembered > 0;

    /// <summary>Whether a trial may begin that failed before, if it did.</summary>
    /// <param name="rate">With the loops in use.</param>
    public bool MayBegin(double rate)
    {
        if (rate > _before.Rate * SameWork || rate < _before.Rate / SameWork)
            _pause = _failures = _unclear = _remembered = 0;
        return _pause == 0;
    }

    /// <summary>More or fewer loops are in use from now on.</summary>
    /// <param name="before">What was done until now.</param>
    public void Begin(LoopYield before)
    {
        (_before, _since, _idle, _window, Tried) = (before, default, 0, 0, default);
        IsUnderWay = true;
    }

    /// <summary>A window passed.</summary>
    /// <param name="done">What was done in it.</param>
    /// <param name="idle">Cores that were nobody's.</param>
    public void Pass(LoopYield done, double idle)
    {
        _remembered = Math.Max(0, _remembered - 1);
        if (!IsUnderWay)
            _pause = Math.Max(0, _pause - 1);
        else if (++_window > Settling)
            (_since, _idle) = (_since + done, _idle + idle);
    }

    /// <summary>What is known now of the trial of more loops that is under way.</summary>
    public LoopTrialResult JudgeMore()
    {
        if (_window < Length)
            return LoopTrialResult.Open;
        LoopYield now = _since / (Length - Settling);
        if (Tried.Rate > 0)
            return IsWorthIt(Tried, now) ? Help(now, Tried) : Fail(now);
        if (_idle / (Length - Settling) >= PlentyIdle)
            return now.Rate >= _before.Rate * Loss ? Help(_before, now) : Fail(_before);
        if (!IsWorthIt(now, _before))
            return Fail(_before);
        (Tried, _since, _window) = (now, default, 0);
        return LoopTrialResult.Unconfirmed;
    }

    /// <summary>What is known now of the trial of fewer loops that is under way.</summary>
    public LoopTrialResult JudgeFewer()
    {
        if (_window < Length)
            return LoopTrialResult.Open;
        LoopYield now = _since / (Length - Settling);
        return IsWorthIt(_before, now) ? Fail(_before) : Help(_before, now);
    }

    /// <summary>It is known already that they do not help.</summary>
    public void Fail()
    {
        (IsUnderWay, _remembered) = (false, 0);
        _pause = Math.Min(LongestPause, pause << Math.Min(_failures++, MostDoublings));
    }

    /// <summary>The opposite has just been tried, and helped.</summary>
    /// <param name="now">What is done since.</param>
    public void Pause(LoopYield now) => (_before, _pause, _remembered) = (now, AfterTheOpposite, 0);

    /// <summary>Loops were taken or left for another reason.</summary>
    public void Abandon() => IsUnderWay = false;

    // Where more loops take cores from others.
    private static bool IsWorthIt(LoopYield more, LoopYield fewer) => more.Rate >= fewer.Rate * Gain && more.Worth >= fewer.Worth;

    private LoopTrialResult Help(LoopYield before, LoopYield tried)
    {
        (IsUnderWay, _failures, _unclear, _remembered) = (false, 0, 0, Memory);
        (_before, Tried) = (before, tried);
        return LoopTrialResult.Helped;
    }

    private LoopTrialResult Fail(LoopYield before)
    {
        if (before.Rate > _before.Rate * Faster && _unclear < MostUnclear)
            (IsUnderWay, _pause, _unclear) = (false, ShortPause, _unclear + 1);
        else
            Fail();
        _before = before;
        return LoopTrialResult.Failed;
    }
}
