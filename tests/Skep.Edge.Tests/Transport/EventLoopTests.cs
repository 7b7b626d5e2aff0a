using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Skep.Abstractions.Threads;
using Skep.Edge.Transport;

namespace Skep.Edge.Tests.Transport;

public sealed class EventLoopTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);
    private readonly EventLoopGroup _group = new(1);
    private readonly List<Socket> _sockets = [];

    public void Dispose()
    {
        _group.Dispose();
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    [Fact]
    public void Targets_that_wait_for_each_other_are_all_told()
    {
        EventLoop loop = _group.Next();
        const int count = 12;
        using var all = new Barrier(count);
        using var told = new CountdownEvent(count);
        for (int i = 0; i < count; i++)
        {
            Watch(loop, () =>
            {
                if (all.SignalAndWait(_patience))
                    told.Signal();
            });
        }

        Assert.True(told.Wait(_patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_an_overtaken_thread_defers_is_run()
    {
        EventLoop loop = _group.Next();
        using var deferred = new ManualResetEventSlim();
        using var overtaken = new ManualResetEventSlim();
        Watch(loop, () =>
        {
            overtaken.Wait(_patience);
            EventLoop.RunSoon(new Item(deferred.Set));
        });
        Watch(loop, overtaken.Set);
        Assert.True(deferred.Wait(_patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Deferred_items_run_on_the_same_thread_after_what_deferred_them()
    {
        EventLoop loop = _group.Next();
        var order = new List<(string, int)>();
        using var ended = new ManualResetEventSlim();
        Watch(loop, () =>
        {
            EventLoop.RunSoon(new Item(() =>
            {
                order.Add(("deferred", Environment.CurrentManagedThreadId));
                ended.Set();
            }));
            order.Add(("first", Environment.CurrentManagedThreadId));
        });
        Assert.True(ended.Wait(_patience, TestContext.Current.CancellationToken));
        Assert.Equal(["first", "deferred"], order.Select(entry => entry.Item1));
    }

    [Fact]
    public void What_others_bring_wakes_the_loop_and_runs_on_its_thread()
    {
        EventLoop loop = _group.Next();
        EventLoop? seen = null;
        using var ended = new ManualResetEventSlim();
        loop.Bring(new Item(() =>
        {
            seen = EventLoop.Current;
            ended.Set();
        }));
        Assert.True(ended.Wait(_patience, TestContext.Current.CancellationToken));
        Assert.Same(loop, seen);
    }

    [Fact]
    public void Between_two_pieces_that_were_brought_the_loop_looks_for_events()
    {
        EventLoop loop = _group.Next();
        var order = new ConcurrentQueue<string>();
        using var ended = new ManualResetEventSlim();
        Watch(loop, () =>
        {
            loop.Bring(new Item(() => order.Enqueue("first piece")));
            loop.Bring(new Item(() =>
            {
                order.Enqueue("second piece");
                ended.Set();
            }));
            Watch(loop, () => order.Enqueue("event"));
            order.Enqueue("turn");
        });
        Assert.True(ended.Wait(_patience, TestContext.Current.CancellationToken));
        Assert.Equal(["turn", "first piece", "event", "second piece"], order);
    }

    [Fact]
    public void A_thread_that_is_overtaken_is_a_guest_from_then_on()
    {
        EventLoop loop = _group.Next();
        using var overtaken = new ManualResetEventSlim();
        using var ended = new ManualResetEventSlim();
        var guests = new List<bool>();
        ServingPlace? place = null;
        Watch(loop, () =>
        {
            guests.Add(ServingPlace.IsGuest);
            overtaken.Wait(_patience);
            guests.Add(ServingPlace.IsGuest);
            place = ServingPlace.Current;
            ended.Set();
        });
        Watch(loop, overtaken.Set);
        Assert.True(ended.Wait(_patience, TestContext.Current.CancellationToken));
        Assert.Equal([false, true], guests);
        Assert.Same(loop, place);
        Assert.True(ServingPlace.IsGuest);
        Assert.Null(ServingPlace.Current);
    }

    [Fact]
    public void What_is_brought_to_a_loop_that_has_ended_runs_on_the_pool()
    {
        EventLoop loop = _group.Next();
        _group.Dispose();
        using var ended = new ManualResetEventSlim();
        loop.Bring(new Item(ended.Set));
        Assert.True(ended.Wait(_patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_event_of_a_target_that_was_removed_reaches_nobody()
    {
        var table = new EventTable();
        var first = new Target(() => { });
        table.Add(first);
        long stale = first.EventKey;
        table.Remove(first);
        var second = new Target(() => { });
        table.Add(second);
        Assert.Null(table.Find(stale));
        Assert.Same(second, table.Find(second.EventKey));
        Assert.Null(table.Find(0));
    }

    [Fact]
    public void A_table_grows_and_keeps_what_it_holds()
    {
        var table = new EventTable();
        Target[] targets = [.. Enumerable.Range(0, 1000).Select(_ => new Target(() => { }))];
        foreach (Target target in targets)
            table.Add(target);
        Assert.All(targets, target => Assert.Same(target, table.Find(target.EventKey)));
    }

    // A bound socket that is connected to itself is writable at once, so its target is told as soon as it is watched.
    private void Watch(EventLoop loop, Action told)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _sockets.Add(socket);
        Assert.True(loop.TryAdd((int)socket.Handle, new Target(told)));
    }

    private sealed class Target(Action told) : IEventTarget
    {
        public long EventKey { get; set; }

        public void OnChanges(uint changes) => told();
    }
}
