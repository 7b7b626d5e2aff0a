namespace Skep.Edge.Transport;

/// <summary>Finds out whether loops that were just taken get more done. Where clients share the cores with the server they often do not:
/// each loop then wakes for fewer events at a time, and what it takes of a core others lack.</summary>
/// <remarks>Counts in windows of <see cref="LoopScaling"/>; a rate is work in a second, of any unit.</remarks>
internal sealed class LoopTrial
{
    // The first window has the move of the connections in it.
    private const int Settling = 1;
    private const int Length = 4;

    // Less than this is noise, or not worth a core that others want.
    private const double Gain = 1.05;

    // Nor is less than this noise: a loss, though cores be free.
    private const double Loss = 0.95;

    // Windows until what has failed is tried again (20 s), doubled each time, up to a few minutes.
    private const int FirstPause = 100;
    private const int MostDoublings = 4;

    // Work that has become so much less or more is other work: what was found out says nothing about it.
    private const double SameWork = 1.3;

    private double _before;
    private double _since;
    private int _window;
    private int _pause;
    private int _failures;

    /// <summary>Loops were taken, and it is not known yet what for.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Whether a trial may begin that failed before, if it did.</summary>
    /// <param name="rate">With the loops in use.</param>
    public bool MayBegin(double rate)
    {
        if (rate > _before * SameWork || rate < _before / SameWork)
            _pause = _failures = 0;
        return _pause == 0;
    }

    /// <summary>More loops are in use from now on.</summary>
    /// <param name="rate">Before.</param>
    public void Begin(double rate)
    {
        (_before, _since, _window) = (rate, 0, 0);
        IsUnderWay = true;
    }

    /// <summary>A window passed.</summary>
    public void Pass(double rate)
    {
        if (!IsUnderWay)
            _pause = Math.Max(0, _pause - 1);
        else if (++_window > Settling)
            _since += rate;
    }

    /// <summary>Whether the trial that is under way can be decided now; it is not any more then.</summary>
    /// <param name="coresAreFree">Nothing is taken from others: answers may come sooner even if there are no more of them.</param>
    public bool TryEnd(bool coresAreFree, out bool helped)
    {
        helped = _since >= _before * (coresAreFree ? Loss : Gain) * (Length - Settling);
        if (!IsUnderWay || _window < Length)
            return false;
        IsUnderWay = false;
        if (helped)
            _failures = 0;
        else
            _pause = FirstPause << Math.Min(_failures++, MostDoublings);
        return true;
    }

    /// <summary>Loops were taken or left for another reason.</summary>
    public void Abandon() => IsUnderWay = false;
}
