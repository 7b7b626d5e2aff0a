using System.Diagnostics;

namespace Skep.Edge.Transport;

/// <summary>What the monitor knows of a loop: which turn it is in, since when, and how long its leader has run in it.</summary>
internal sealed class LoopWatch(EventLoop loop)
{
    private EventLoopThread? _leader;
    private long _since;
    private long _cpuTicks;

    /// <summary>The loop.</summary>
    public EventLoop Loop => loop;

    /// <summary>The turn that was seen last.</summary>
    public long Turn { get; private set; }

    /// <summary>Sees what it does now; true when there is work, or was since the last look.</summary>
    public bool Look()
    {
        long turn = loop.Turn;
        bool waits = EventLoop.IsWaiting(turn);
        bool works = turn != Turn || !waits;
        if (turn != Turn)
            (Turn, _leader) = (turn, null);

        if (_leader is null && !waits && loop.Leader is { } leader)
            (_leader, _since, _cpuTicks) = (leader, Stopwatch.GetTimestamp(), leader.CpuTicks);
        return works;
    }

    /// <summary>Whether the leader has run for so long since the turn was first seen.</summary>
    /// <remarks>Its clock is read only when so much time has passed at all.</remarks>
    public bool HasRunFor(TimeSpan time) => _leader is { } leader && HasLastedFor(time) && leader.RunSince(_cpuTicks) >= time;

    /// <summary>Whether so much time has passed since the turn was first seen.</summary>
    public bool HasLastedFor(TimeSpan time) => _leader is not null && Stopwatch.GetElapsedTime(_since) >= time;

    /// <summary>Takes the lead away from the thread that has it; returns it, or null when it has gone on meanwhile.</summary>
    public EventLoopThread? TryOvertake() => _leader is { } leader && loop.TryOvertake(Turn) ? leader : null;
}
