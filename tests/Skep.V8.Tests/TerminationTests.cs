using System.Diagnostics;

namespace Skep.V8.Tests;

/// <summary>Running code is stopped from another thread, and the isolate goes on afterwards.</summary>
public sealed class TerminationTests
{
    [Theory]
    [InlineData("for (;;);")]
    [InlineData("const a = []; for (;;) { a.length = 0; for (let i = 0; i < 50; i++) a.push(new Array(1000).fill({ x: 1 })) }")]
    [InlineData("/^(a+)+$/.test('a'.repeat(40) + 'b')")]
    [InlineData("const f = () => Promise.resolve().then(f); f()")]
    [InlineData("const f = async () => { for (;;) await null }; f()")]
    [InlineData("const t = { then(r) { r(t) } }; Promise.resolve(t)")]
    [InlineData("[2, 1].sort(() => { for (;;); })")]
    [InlineData("JSON.stringify({ toJSON() { for (;;); } })")]
    [InlineData("for (;;) try { for (;;); } catch {}")]
    public void Lands_in(string script)
    {
        using var isolate = Script.NewIsolate();
        isolate.Enter(0);
        try
        {
            var asked = 0L;
            using Timer timer = new(_ => { asked = Stopwatch.GetTimestamp(); isolate.Terminate(); }, null, 50, Timeout.Infinite);
            Assert.Equal(JsStatus.Terminated, isolate.TryEval($"{{ {script} }}", out _));
            TestContext.Current.TestOutputHelper?.WriteLine($"landed after {Stopwatch.GetElapsedTime(asked).TotalMilliseconds:0.0} ms");
            isolate.Resume();
            Assert.Equal("2", isolate.EvalInside("1 + 1"));
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public async Task A_stack_overflow_on_a_pool_thread_is_a_RangeError() =>
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                using var isolate = Script.NewIsolate();
                for (var i = 0; i < 5; i++) Assert.Equal("RangeError", isolate.Eval("(() => { function f() { f() } try { f() } catch (e) { return e.name } })()"));
            },
            TestContext.Current.CancellationToken)));

    [Fact]
    public void The_heap_limit_terminates_and_condemns()
    {
        var isolate = Script.NewIsolate(heapLimit: 32 << 20);
        isolate.Enter(0);
        Assert.Equal(JsStatus.Terminated, isolate.TryEval("globalThis.a = []; for (;;) a.push(new Array(1000).fill({ x: 1 }))", out _));
        Assert.True(isolate.IsCondemned);
        isolate.Exit();
        // Disposing of one that is over its limit must not bring the process down.
        isolate.Dispose();
    }

    [Fact]
    public void Buffers_count_towards_the_limit_once()
    {
        using var isolate = Script.NewIsolate();
        // Three quarters of the limit, through several full collections.
        Assert.Equal("done", isolate.Eval("const kept = new ArrayBuffer(96 << 20); for (let i = 0; i < 300; i++) { new ArrayBuffer(4 << 20); new Array(10000).fill({ i }) } 'done'"));
        Assert.False(isolate.IsCondemned);
    }

    [Fact]
    public void A_buffer_over_the_limit_is_an_error_or_the_end()
    {
        using var isolate = Script.NewIsolate(heapLimit: 32 << 20);
        isolate.Enter(0);
        var status = isolate.TryEval("new ArrayBuffer(40 << 20).byteLength", out var text);
        TestContext.Current.TestOutputHelper?.WriteLine($"{status} {text} condemned: {isolate.IsCondemned} {isolate.GetHeapStatistics()}");
        Assert.True(text == "RangeError: Array buffer allocation failed" || isolate.IsCondemned);
        isolate.Exit();
    }
}
