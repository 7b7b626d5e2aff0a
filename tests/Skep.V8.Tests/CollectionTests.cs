using System.Globalization;

namespace Skep.V8.Tests;

/// <summary>What V8 collects when a worker makes buffers all the time.</summary>
public sealed class CollectionTests
{
    private const int Rounds = 12;

    [Theory]
    [InlineData(128, true)]
    [InlineData(64, false)]
    public void Buffers_that_nobody_holds_any_more_need_no_collection_of_the_whole_heap(int megabytes, bool expected)
    {
        using var isolate = Script.NewIsolate(heapLimit: (long)megabytes << 20);
        isolate.Eval($"globalThis.chunk = new Uint8Array(65536); globalThis.old = Array.from({{ length: {Rounds} }}, () => ({{}}));");
        isolate.Enter(Script.Now);
        isolate.ReduceMemory(critical: true);
        isolate.ReduceMemory(critical: true);
        isolate.Exit();
        var withoutOne = 0;
        for (var i = 0; i < Rounds; i++)
        {
            isolate.Eval("globalThis.watch = new WeakRef(old.pop());");
            isolate.Eval("for (let i = 0; i < 4096; i++) chunk.slice();");

            // What is old goes only with the whole heap.
            if (bool.Parse(isolate.Eval("watch.deref() !== undefined"))) withoutOne++;
        }

        // In half the usual memory there is no room to wait for young collections; else one in a while comes for other reasons.
        Assert.True(expected ? withoutOne >= Rounds / 2 : withoutOne == 0, withoutOne.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Buffers_that_nobody_holds_any_more_are_gone_after_the_entry()
    {
        using var isolate = Script.NewIsolate();
        isolate.Eval("globalThis.chunk = new Uint8Array(65536);");
        isolate.Eval("for (let i = 0; i < 64; i++) chunk.slice();");
        Assert.InRange(isolate.GetHeapStatistics().ArrayBuffers, 65536, 2 * 65536);
    }

    [Fact]
    public void Buffers_that_are_held_are_looked_at_more_and_more_seldom()
    {
        using var isolate = Script.NewIsolate();
        isolate.Eval("globalThis.held = [];");
        var seen = 0;
        for (var i = 0; i < 16; i++)
        {
            // Young until it was found twice; what is old is not found dead.
            isolate.Eval("globalThis.watch = new WeakRef({}); for (let i = 0; i < 64; i++) held.push(new Uint8Array(65536));");
            if (bool.Parse(isolate.Eval("watch.deref() === undefined"))) seen++;
        }

        Assert.InRange(seen, 1, 6);
    }

    [Fact]
    public async Task Scripts_have_no_way_to_ask_for_a_collection()
    {
        using var collecting = Script.NewIsolate();
        var ends = TestContext.Current.CancellationToken;
        using CancellationTokenSource enough = new();
        var collect = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested) collecting.Eval("for (let i = 0; i < 64; i++) new Uint8Array(65536);");
        }, ends);
        HashSet<string> seen = [];
        for (var i = 0; i < 100; i++)
        {
            using var isolate = Script.NewIsolate();
            seen.Add(isolate.Eval("typeof gc"));
        }

        await enough.CancelAsync();
        await collect;
        Assert.Equal(["undefined"], seen);
    }
}
