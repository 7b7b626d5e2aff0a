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
}
