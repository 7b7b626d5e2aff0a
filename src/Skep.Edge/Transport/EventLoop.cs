using System.Collections.Concurrent;
using Skep.Abstractions.Threads;

namespace Skep.Edge.Transport;

/// <summary>One epoll set, and at any time one thread that leads it: takes an event, reads, runs the worker and writes, takes the
/// next.</summary>
/// <remarks>A worker may compute for seconds on the leader. Then the monitor (<see cref="EventLoopGroup"/>) lets another thread lead:
/// it goes on where the first is, in the same batch; the first finds out when it comes back, and leaves. Everything
/// the leader takes (an event, a deferred item, the next wait) it takes by advancing <see cref="_turn"/> with a compare and
/// exchange, so that nothing is taken twice and nothing by a thread that no longer leads.</remarks>
internal sealed class EventLoop(EventLoopGroup group) : ServingPlace
{
    // The turn: index of the next event, whether the leader waits for events, and a count that makes each value unique.
    private const long IndexMask = 0xffff;
    private const long Waiting = 1L << 16;
    private const long Step = 1L << 17;

    private const int WorkPerCall = 16 << 10;

    private readonly EpollSet _set = new();
    private readonly EventTable _table = new();
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _deferred = new();
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _brought = new();
    private int _count;
    private long _work;
    private long _turn;
    private volatile EventLoopThread? _leader;
    private bool _looked;
    private volatile bool _stopping;

    /// <summary>The loop that the calling thread leads, or led when it last looked; null on any other thread.</summary>
    public static new EventLoop? Current => ServingPlace.Current as EventLoop;

    /// <summary>The group it belongs to.</summary>
    public EventLoopGroup Group => group;

    /// <summary>Changes with everything the leader does.</summary>
    public long Turn => Volatile.Read(ref _turn);

    /// <summary>What was done for its clients, in bytes: those that were sent and received, and for each call as many as cost about the same.
    /// Only to be compared: what two threads add at once may count once.</summary>
    public long Work => Volatile.Read(ref _work);

    /// <summary>True for a turn in which nothing runs.</summary>
    public static bool IsWaiting(long turn) => (turn & Waiting) != 0;

    /// <summary>The thread that leads it, or was the last to; null while it has been given one that has not begun yet.</summary>
    public EventLoopThread? Leader => _leader;

    /// <inheritdoc/>
    protected override bool IsServedByCaller => Current == this && EventLoopThread.Current!.Turn == Turn;

    /// <summary>Runs the item on this thread as soon as what runs now has returned; on the pool when this thread leads no loop.</summary>
    public static void RunSoon(IThreadPoolWorkItem item)
    {
        if (Current is { } loop)
            loop.Defer(item);
        else
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);
    }

    /// <inheritdoc/>
    public override void Bring(IThreadPoolWorkItem work)
    {
        _brought.Enqueue(work);
        WakeOthers();
        if (_stopping)
            LeaveToPool();
    }

    /// <summary>Bytes went to a client, or came from one, in one call.</summary>
    public void CountWork(int bytes) => _work += WorkPerCall + bytes;

    /// <summary>Tells the target about every change of the descriptor from now on; false when the kernel is short of memory for it.</summary>
    public bool TryAdd(int fd, IEventTarget target)
    {
        _table.Add(target);
        if (_set.TryWatch(fd, target.EventKey))
            return true;
        _table.Remove(target);
        return false;
    }

    /// <summary>Those it tells.</summary>
    public List<IEventTarget> Targets => _table.ToList();

    /// <summary>Leaves an open descriptor to another loop, which tells the target first what is there already; false when no loop tells it any
    /// more, because the kernel is short of memory. What this loop was going to tell is dropped.</summary>
    public bool TryMove(int fd, IEventTarget target, EventLoop other, out EventLoop holder)
    {
        RemoveShared(fd, target);
        holder = other;
        if (other.TryAdd(fd, target))
            return true;
        holder = this;
        return TryAdd(fd, target);
    }

    /// <summary>Tells it no more, although the descriptor stays open here or in another process. Before it is closed.</summary>
    public void RemoveShared(int fd, IEventTarget target)
    {
        _set.Unwatch(fd);
        _table.Remove(target);
    }

    /// <summary>Tells it no more. Close the descriptor first.</summary>
    public void Remove(IEventTarget target) => _table.Remove(target);

    /// <summary>Takes the lead away from the thread that has been in one turn; false when it has gone on meanwhile.</summary>
    public bool TryOvertake(long seen)
    {
        if (Interlocked.CompareExchange(ref _turn, seen + Step, seen) != seen)
            return false;
        _leader = null;
        return true;
    }

    /// <summary>Leads until overtaken or stopped. The caller is the one thread that was given the lead.</summary>
    public void Lead(EventLoopThread thread)
    {
        thread.Turn = Turn;
        _leader = thread;
        Enter();
        while (TakeNext(thread))
        {
        }

        Leave();
    }

    public void Stop()
    {
        _stopping = true;
        _set.Wake();
    }

    private bool TakeNext(EventLoopThread thread)
    {
        if (!_deferred.IsEmpty)
        {
            if (!TryTake(thread, thread.Turn + Step))
                return false;
            if (_deferred.TryDequeue(out IThreadPoolWorkItem? item))
                item.Execute();
            return true;
        }

        int index = (int)(thread.Turn & IndexMask);
        if (index < _count)
        {
            // Read before it is taken: afterwards a new leader may already be filling the batch again.
            (uint changes, long key) = _set.Event(index);
            if (!TryTake(thread, thread.Turn + Step + 1))
                return false;
            _table.Find(key)?.OnChanges(changes);
            return true;
        }

        if (_looked && !_brought.IsEmpty)
        {
            if (!TryTake(thread, thread.Turn + Step))
                return false;
            _looked = false;
            if (_brought.TryDequeue(out IThreadPoolWorkItem? work))
                work.Execute();
            return true;
        }

        if (!_stopping)
            return Wait(thread);
        LeaveToPool();
        return false;
    }

    // Who brings work looks afterwards whether the loop ends, and the last leader looks for work after it was told to end.
    private void LeaveToPool()
    {
        while (_brought.TryDequeue(out IThreadPoolWorkItem? work))
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }

    private bool Wait(EventLoopThread thread)
    {
        if (!TryTake(thread, ((thread.Turn + Step) & ~IndexMask) | Waiting))
            return false;
        _count = _set.Wait(onlyLook: !_brought.IsEmpty);
        _looked = true;
        thread.Turn = (thread.Turn + Step) & ~Waiting;

        // A full fence: the monitor must see this turn, or this thread that the monitor is about to sleep.
        Interlocked.Exchange(ref _turn, thread.Turn);
        group.WakeMonitor();
        return true;
    }

    private bool TryTake(EventLoopThread thread, long next)
    {
        if (Interlocked.CompareExchange(ref _turn, next, thread.Turn) != thread.Turn)
            return false;
        thread.Turn = next;
        return true;
    }

    private void Defer(IThreadPoolWorkItem item)
    {
        _deferred.Enqueue(item);
        WakeOthers();
    }

    // The leader may have looked at the queues before this, and be waiting for events now, unless it is the caller.
    private void WakeOthers()
    {
        Interlocked.MemoryBarrier();
        if (!IsServedByCaller)
            _set.Wake();
    }
}
