using System.Diagnostics;
using Skep.Abstractions.Threads;

namespace Skep.Edge.Transport;

/// <summary>A thread that leads one loop after another, and waits between them.</summary>
internal sealed class EventLoopThread
{
    [ThreadStatic]
    private static EventLoopThread? _current;

    private readonly EventLoopGroup _group;
    private readonly AutoResetEvent _assigned = new(false);
    private EventLoop? _next;
    private int _clock;
    private long _cpuTicksBefore;

    public EventLoopThread(EventLoopGroup group)
    {
        _group = group;
        new Thread(Run) { IsBackground = true, Name = "skep loop" }.Start();
    }

    /// <summary>The calling thread, when it is one.</summary>
    public static EventLoopThread? Current => _current;

    /// <summary>The loop's turn when it last led.</summary>
    public long Turn { get; set; }

    /// <summary>The tick of the group's monitor in which another took the lead from it, unless it has found that out.</summary>
    public long OvertakenAt { get; private set; }

    /// <summary>How long it has run since then.</summary>
    public TimeSpan RunSinceOvertaken => RunSince(_cpuTicksBefore);

    /// <summary>How long it has run, in Stopwatch ticks.</summary>
    public long CpuTicks => ThreadCpuTime.TryRead(_clock, out long ticks) ? ticks : 0;

    /// <summary>How long it has run since its <see cref="CpuTicks"/> were so many.</summary>
    public TimeSpan RunSince(long cpuTicks) => Stopwatch.GetElapsedTime(cpuTicks, CpuTicks);

    /// <summary>Another has taken the lead from it.</summary>
    public void NoteOvertaken(long tick) => (OvertakenAt, _cpuTicksBefore) = (tick, CpuTicks);

    /// <summary>Gives it the lead; null ends it.</summary>
    public void Assign(EventLoop? loop)
    {
        _next = loop;
        _assigned.Set();
    }

    private void Run()
    {
        _current = this;
        _clock = ThreadCpuTime.Clock;
        do
        {
            _assigned.WaitOne();
            if (_next is null)
                break;
            _next.Lead(this);
        }
        while (_group.TryPark(this));
        _assigned.Dispose();
    }
}
