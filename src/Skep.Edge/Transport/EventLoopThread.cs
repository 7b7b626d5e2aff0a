namespace Skep.Edge.Transport;

/// <summary>A thread that leads one loop after another, and waits between them.</summary>
internal sealed class EventLoopThread
{
    [ThreadStatic]
    private static EventLoopThread? _current;

    private readonly EventLoopGroup _group;
    private readonly AutoResetEvent _assigned = new(false);
    private EventLoop? _next;

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

    private void Run()
    {
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
