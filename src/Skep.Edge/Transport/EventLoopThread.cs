namespace Skep.Edge.Transport;

/// <summary>A thread that leads one loop after another, and waits between them.</summary>
internal sealed class EventLoopThread
{
    [ThreadStatic]
    private static EventLoopThread? _current;

    // Ten steps of niceness: a tenth of the processor time that the others have, when there is not enough.
    private const int GivesWay = 10;

    private readonly EventLoopGroup _group;
    private readonly AutoResetEvent _assigned = new(false);
    private EventLoop? _next;
    private int _id;
    private int _usual;
    private bool _isSlow;

    public EventLoopThread(EventLoopGroup group)
    {
        _group = group;
        new Thread(Run) { IsBackground = true, Name = "skep loop" }.Start();
    }

    /// <summary>The calling thread, when it is one.</summary>
    public static EventLoopThread? Current => _current;

    /// <summary>The loop it leads or led when it last looked.</summary>
    public EventLoop? Leading { get; set; }

    /// <summary>The loop's turn when it last led.</summary>
    public long Turn { get; set; }

    /// <summary>Gives it the lead; null ends it.</summary>
    public void Assign(EventLoop? loop)
    {
        _next = loop;
        _assigned.Set();
    }

    /// <summary>It was overtaken: what it computes has time. Workers whose requests are short, and clients on this machine, go first.</summary>
    public void GiveWay() => _isSlow = LibC.setpriority(LibC.OfThread, _id, _usual + GivesWay) == 0;

    /// <summary>It has nothing more to compute. False when it remains slow, as only the privileged may take such a thing back: then it is of no more use.</summary>
    public bool TryCatchUp()
    {
        if (_isSlow && LibC.setpriority(LibC.OfThread, _id, _usual) == 0)
            _isSlow = false;
        return !_isSlow;
    }

    private void Run()
    {
        _id = LibC.gettid();
        _usual = LibC.getpriority(LibC.OfThread, _id);
        _current = this;
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
