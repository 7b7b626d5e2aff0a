namespace Skep.V8.Tests;

/// <summary>Isolates from creation to disposal, and what may not be done with them.</summary>
public sealed class LifeTests
{
    [Fact]
    public void Runs_a_script()
    {
        using var isolate = Script.NewIsolate();
        Assert.Equal("3", isolate.Eval("1 + 2"));
        Assert.StartsWith("14.", Engine.Version, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_globals_between_entries()
    {
        using var isolate = Script.NewIsolate();
        isolate.Eval("globalThis.a = 41");
        Assert.Equal("42", isolate.Eval("a + 1"));
    }

    [Fact]
    public async Task Moves_between_threads()
    {
        using var isolate = Script.NewIsolate();
        isolate.Eval("globalThis.n = 0; globalThis.f = () => { let s = 0; for (let i = 0; i < 1e5; i++) s += i; return ++n; }");
        List<int> threads = [];
        for (var i = 1; i <= 20; i++)
        {
            var expected = i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            // A thread of its own each time: V8 must not remember the last one's stack.
            Thread thread = new(() =>
            {
                Assert.Equal(expected, isolate.Eval("f()"));
                threads.Add(Environment.CurrentManagedThreadId);
            });
            thread.Start();
            await Task.Run(thread.Join, TestContext.Current.CancellationToken);
        }

        Assert.Equal(20, threads.Count);
    }

    [Fact]
    public void Is_entered_by_one_at_a_time()
    {
        using var isolate = Script.NewIsolate();
        isolate.Enter(0);
        Assert.Throws<InvalidOperationException>(() => isolate.Enter(0));
        isolate.Exit();
        isolate.Enter(0);
        isolate.Exit();
    }

    [Fact]
    public void Two_isolates_can_be_entered_by_one_thread()
    {
        using var outer = Script.NewIsolate();
        using var inner = Script.NewIsolate();
        outer.Enter(Script.Now);
        Assert.Equal("1", inner.Eval("1"));
        Assert.Equal(Script.Now.ToString("0", System.Globalization.CultureInfo.InvariantCulture), outer.EvalInside("Date.now()"));
        outer.Exit();
    }

    [Fact]
    public void Is_not_disposed_of_while_entered()
    {
        using var isolate = Script.NewIsolate();
        isolate.Enter(0);
        Assert.Throws<InvalidOperationException>(isolate.Dispose);
        Assert.Equal("2", isolate.EvalInside("2"));
        isolate.Exit();
    }

    [Fact]
    public void Throws_once_disposed_of()
    {
        var isolate = Script.NewIsolate();
        isolate.Dispose();
        isolate.Dispose();
        Assert.True(isolate.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => isolate.Enter(0));
        Assert.Throws<ObjectDisposedException>(isolate.Exit);
        Assert.Throws<ObjectDisposedException>(() => isolate.Pump());
        Assert.Throws<ObjectDisposedException>(isolate.Resume);
        Assert.Throws<ObjectDisposedException>(() => isolate.IsCondemned);
        Assert.Throws<ObjectDisposedException>(() => isolate.NewString("x"));
        Assert.Throws<ObjectDisposedException>(() => isolate.GetHeapStatistics());
        // Whoever terminates cannot know: that is no error.
        isolate.Terminate();
    }

    [Fact]
    public async Task Survives_termination_racing_with_disposal()
    {
        for (var round = 0; round < 100; round++)
        {
            var isolate = Script.NewIsolate();
            using Barrier start = new(2);
            var terminating = Task.Run(
                () =>
                {
                    start.SignalAndWait();
                    for (var i = 0; i < 1000; i++) isolate.Terminate();
                },
                TestContext.Current.CancellationToken);
            start.SignalAndWait(TestContext.Current.CancellationToken);
            isolate.Dispose();
            await terminating;
        }
    }

    [Fact]
    public void Finds_its_state()
    {
        using var isolate = Script.NewIsolate();
        isolate.State = "mine";
        Assert.Equal("mine", isolate.State);
    }
}
