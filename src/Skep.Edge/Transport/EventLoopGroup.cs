namespace Skep.Edge.Transport;

/// <summary>The event loops that clients' and origins' connections share, the threads that lead them, and the monitor that has a loop
/// overtaken whose leader is stuck.</summary>
public sealed class EventLoopGroup : IDisposable
{
    // A loop is overtaken when its leader has run in one turn for about one of these: of the short ones while that happens.
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _shortTick = TimeSpan.FromMilliseconds(1);

    // Ticks that are divided into short ones after a loop was overtaken: where there is one long computation there will be others.
    private const int Alertness = 400;

    // A thread that was overtaken and has run for so long since is in more than a collection of garbage. One that only waits for a core
    // tells of too many threads, not of too few loops.
    private static readonly TimeSpan _heldUp = 3 * _tick;

    // Ticks after which a thread that was overtaken will not come back, or only keeps one core busy that the loops cannot have.
    private const int TicksLost = 2000;

    // A leader that only waits for a core is not overtaken: one thread more would have it wait longer. One that waits for something
    // else cannot be told from it; this is the longest that connections wait for it.
    private static readonly TimeSpan _longestTurn = TimeSpan.FromMilliseconds(10);

    // Ticks without work before the monitor sleeps.
    private const int Patience = 40;

    // Workers that compute at the same time, each on a leader that was overtaken; beyond it their loops wait for one.
    private const int MostThreads = 1024;
    private const int MostSpares = 64;

    private readonly EventLoop[] _loops;
    private readonly LoopWatch[] _watches;
    private readonly long[] _worked;
    private readonly LoopScaling _scaling;
    private readonly Stack<EventLoopThread> _spares = [];
    private readonly List<EventLoopThread> _overtaken = [];
    private readonly ManualResetEventSlim _work = new(false);
    private long _ticks;
    private int _threads;
    private int _parked;
    private int _next;
    private int _alert;
    private volatile int _active = 1;
    private bool _stopping;

    /// <summary>Loops, each with its thread; as many as there are cores.</summary>
    public EventLoopGroup(int loops)
    {
        _loops = [.. Enumerable.Range(0, loops).Select(_ => new EventLoop(this))];
        _watches = [.. _loops.Select(loop => new LoopWatch(loop))];
        _worked = new long[loops];
        _scaling = new LoopScaling(loops, new ProcessorMeter(2 * LoopScaling.Window * _tick).SinceLast);
        foreach (EventLoop loop in _loops)
            Lead(loop);
        new Thread(Monitor) { IsBackground = true, Name = "skep loop monitor", Priority = ThreadPriority.AboveNormal }.Start();
    }

    internal IReadOnlyList<EventLoop> Loops => _loops;

    /// <summary>The loop for one more connection.</summary>
    internal EventLoop Next() => _loops[(uint)Interlocked.Increment(ref _next) % (uint)_active];

    /// <summary>The loop for a connection that the calling thread is going to use.</summary>
    internal EventLoop Nearest() => EventLoop.Current is { } current && current.Group == this ? current : Next();

    /// <summary>A leader has begun to work.</summary>
    internal void WakeMonitor()
    {
        if (Volatile.Read(ref _parked) != 0 && Interlocked.Exchange(ref _parked, 0) != 0)
            _work.Set();
    }

    /// <summary>A thread was overtaken or stopped and is free; false when it should end.</summary>
    internal bool TryPark(EventLoopThread thread)
    {
        lock (_spares)
        {
            _overtaken.Remove(thread);
            if (!_stopping && _spares.Count < MostSpares)
            {
                _spares.Push(thread);
                return true;
            }

            _threads--;
            return false;
        }
    }

    /// <summary>Ends the loops. Threads that are inside a worker end when they come back.</summary>
    public void Dispose()
    {
        lock (_spares)
        {
            _stopping = true;
            while (_spares.TryPop(out EventLoopThread? spare))
                spare.Assign(null);
        }

        foreach (EventLoop loop in _loops)
            loop.Stop();
        WakeMonitor();
    }

    private void Monitor()
    {
        for (int quiet = 0; !Volatile.Read(ref _stopping); quiet = Look() ? 0 : quiet + 1)
        {
            if (quiet >= Patience)
            {
                quiet = 0;
                _work.Reset();
                Interlocked.Exchange(ref _parked, 1);
                if (!Look() && !Volatile.Read(ref _stopping))
                    _work.Wait();
                Volatile.Write(ref _parked, 0);
            }

            Pause();
        }
    }

    private void Pause()
    {
        TimeSpan left = _tick;
        if (_alert > 0)
        {
            for (_alert--; left > _shortTick; left -= _shortTick)
            {
                Thread.Sleep(_shortTick);
                OvertakeStuck(_shortTick);
            }
        }

        Thread.Sleep(left);
    }

    /// <summary>Looks at the loops' turns; true when there was work.</summary>
    private bool OvertakeStuck(TimeSpan tick)
    {
        bool worked = false;
        foreach (LoopWatch watch in _watches)
        {
            worked |= watch.Look();
            if (watch.HasRunFor(tick / 2) || watch.HasLastedFor(_longestTurn))
                Overtake(watch);
        }

        return worked;
    }

    /// <summary>A tick is over; true when there was work.</summary>
    private bool Look()
    {
        int busy = 0;
        long work = 0;
        bool worked = OvertakeStuck(_tick);
        for (int i = 0; i < _active; i++)
            busy += EventLoop.IsWaiting(_watches[i].Turn) ? 0 : 1;
        for (int i = 0; i < _loops.Length; i++)
        {
            long done = _loops[i].Work;
            work += done - _worked[i];
            _worked[i] = done;
        }

        _ticks++;
        bool heldUp;
        lock (_spares)
            heldUp = _overtaken.Exists(IsHeldUp);
        if (_scaling.Add(busy, heldUp, work))
            Spread();
        return worked;
    }

    private bool IsHeldUp(EventLoopThread thread) =>
        _ticks - thread.OvertakenAt < TicksLost && thread.RunSinceOvertaken >= _heldUp;

    /// <summary>Gives the connections to the loops that are in use now.</summary>
    private void Spread()
    {
        int before = _active;
        int active = _active = _scaling.Active;
        int next = 0;
        for (int i = active < before ? active : 0; i < before; i++)
        {
            foreach (IEventTarget target in _loops[i].Targets)
            {
                if (target is IMovableTarget movable)
                    movable.MoveTo(_loops[next++ % active]);
            }
        }
    }

    private void Overtake(LoopWatch watch)
    {
        lock (_spares)
        {
            if (_stopping || (_spares.Count == 0 && _threads >= MostThreads) || watch.TryOvertake() is not { } overtaken)
                return;
            overtaken.NoteOvertaken(_ticks);
            _overtaken.Add(overtaken);
            _alert = Alertness;
            Lead(watch.Loop);
        }
    }

    private void Lead(EventLoop loop)
    {
        if (!_spares.TryPop(out EventLoopThread? thread))
        {
            thread = new EventLoopThread(this);
            _threads++;
        }

        thread.Assign(loop);
    }
}
