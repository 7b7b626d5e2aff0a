using System.Diagnostics;
using Skep.Edge.Transport;

namespace Skep.Edge.Tests.Transport;

/// <summary>What the monitor can tell of a loop's leader. The loop is none of its group's, so nobody else watches it.</summary>
public sealed class LoopWatchTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan _while = TimeSpan.FromMilliseconds(5);
    private readonly EventLoopGroup _group = new(1);
    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly EventLoop _loop;
    private readonly LoopWatch _watch;

    public LoopWatchTests()
    {
        _loop = new EventLoop(_group);
        _watch = new LoopWatch(_loop);
        new EventLoopThread(_group).Assign(_loop);
    }

    public void Dispose()
    {
        _ended.Set();
        _loop.Stop();
        _group.Dispose();
    }

    [Fact]
    public void A_leader_that_computes_runs()
    {
        Begin(Compute);
        LookUntil(() => _watch.HasRunFor(_while));
        Assert.True(_watch.HasLastedFor(_while));
    }

    [Fact]
    public void A_leader_that_waits_lasts_without_running()
    {
        Begin(_ended.Wait);
        LookUntil(() => _watch.HasLastedFor(2 * _while));
        Assert.False(_watch.HasRunFor(_while));
    }

    [Fact]
    public void A_loop_that_waits_for_events_is_in_no_turn()
    {
        using ManualResetEventSlim done = new();
        _loop.Bring(new Item(done.Set));
        Assert.True(done.Wait(_patience, TestContext.Current.CancellationToken));
        LookUntil(() => !_watch.Look());
        Assert.True(EventLoop.IsWaiting(_watch.Turn));
        Assert.False(_watch.HasLastedFor(TimeSpan.Zero));
        Assert.Null(_watch.TryOvertake());
    }

    [Fact]
    public void The_lead_is_taken_from_it_once()
    {
        Begin(_ended.Wait);
        LookUntil(() => _watch.HasLastedFor(TimeSpan.Zero));
        Assert.Same(_loop.Leader, _watch.TryOvertake());
        Assert.Null(_watch.TryOvertake());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_thread_does_after_it_was_overtaken_is_known(bool computes)
    {
        Begin(computes ? Compute : _ended.Wait);
        LookUntil(() => _watch.HasLastedFor(TimeSpan.Zero));
        EventLoopThread overtaken = _watch.TryOvertake()!;
        overtaken.NoteOvertaken(tick: 0);
        long began = Stopwatch.GetTimestamp();
        LookUntil(() => computes ? HasRun() : Stopwatch.GetElapsedTime(began) >= 2 * _while);
        Assert.Equal(computes, HasRun());

        bool HasRun() => overtaken.RunSinceOvertaken >= _while;
    }

    // The loop is in no other turn any more.
    private void Begin(Action work)
    {
        _loop.Bring(new Item(() =>
        {
            _begun.Set();
            work();
        }));
        Assert.True(_begun.Wait(_patience, TestContext.Current.CancellationToken));
    }

    private void Compute()
    {
        while (!_ended.IsSet)
            Thread.SpinWait(100);
    }

    private void LookUntil(Func<bool> holds)
    {
        long began = Stopwatch.GetTimestamp();
        do
        {
            _watch.Look();
            Assert.True(Stopwatch.GetElapsedTime(began) < _patience);
            Thread.Yield();
        }
        while (!holds());
    }
}
