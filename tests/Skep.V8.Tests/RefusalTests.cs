namespace Skep.V8.Tests;

/// <summary>What code may not do, and the clocks that it may look at.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Isolate isolate = Script.NewIsolate();

    public void Dispose() => isolate.Dispose();

    [Theory]
    [InlineData("eval('1')", "EvalError")]
    [InlineData("(0, eval)('1')", "EvalError")]
    [InlineData("new Function('return 1')", "EvalError")]
    [InlineData("(() => {}).constructor('return 1')", "EvalError")]
    [InlineData("(async () => {}).constructor('return 1')", "EvalError")]
    [InlineData("(function* () {}).constructor('return 1')", "EvalError")]
    [InlineData("new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))", "CompileError")]
    [InlineData("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", "TypeError")]
    public void Refuses(string expression, string error) => Assert.Equal(error, isolate.Eval($"try {{ {expression}; 'allowed' }} catch (e) {{ e.name }}"));

    [Fact]
    public void Clocks_show_the_time_of_the_entry()
    {
        Assert.Equal("true", isolate.Eval($"const a = Date.now(); for (let i = 0; i < 1e7; i++); Date.now() === a && a === {Script.Now} && new Date().getTime() === a && ops.clock_now() === a"));
    }

    [Fact]
    public void Clocks_move_when_the_host_says_so()
    {
        isolate.Enter(Script.Now);
        try
        {
            isolate.SetClock(Script.Now + 5);
            Assert.Equal("true", isolate.EvalInside($"Date.now() === {Script.Now + 5} && new Date().getTime() === Date.now() && ops.clock_now() === Date.now()"));
        }
        finally
        {
            isolate.Exit();
        }

        Assert.Equal("true", isolate.Eval($"Date.now() === {Script.Now}"));
    }

    [Fact]
    public void Diagnostics_are_written()
    {
        isolate.Enter(0);
        try
        {
            var heap = isolate.GetHeapStatistics();
            Assert.InRange(heap.Used, 1, heap.Limit);
            Assert.Equal(128 << 20, heap.Limit);
            Assert.True(isolate.StartProfile(TimeSpan.FromMicroseconds(200)));
            Assert.False(isolate.StartProfile(TimeSpan.FromMicroseconds(200)));
            isolate.EvalInside("function hot() { let s = 0; for (let i = 0; i < 2e7; i++) s += i; return s } hot()");
            using MemoryStream profile = new();
            Assert.True(isolate.StopProfile(profile));
            Assert.Contains("\"hot\"", System.Text.Encoding.UTF8.GetString(profile.ToArray()), StringComparison.Ordinal);
            Assert.False(isolate.StopProfile(profile));
            using MemoryStream snapshot = new();
            isolate.WriteHeapSnapshot(snapshot);
            Assert.StartsWith("{\"snapshot\":", System.Text.Encoding.UTF8.GetString(snapshot.ToArray()), StringComparison.Ordinal);
        }
        finally
        {
            isolate.Exit();
        }
    }
}
