namespace Skep.V8.Tests;

/// <summary>Startup snapshots.</summary>
public sealed class SnapshotTests
{
    private const string Layer = """
        const ops = globalThis.__skepOps;
        let counter = 0;
        globalThis.fromLayer = 'layer';
        globalThis.__skepHost = {
            next: () => ++counter,
            sum: (...numbers) => numbers.reduce((a, b) => a + b, 0),
            echo: (value) => ops.echo(value),
            fail: () => { throw new TypeError('as asked') },
            spin: () => { for (;;); },
        };
        """;

    private static readonly string[] Functions = ["next", "sum", "echo", "fail", "spin"];

    private static readonly Lazy<Snapshot> Made = new(() => Snapshot.Create(System.Text.Encoding.UTF8.GetBytes(Layer), "layer.js"));

    internal static Isolate NewIsolate(Snapshot? snapshot = null) => new(new IsolateOptions { Snapshot = snapshot ?? Made.Value, HostFunctions = Functions });

    [Fact]
    public void Isolates_start_from_what_the_script_left()
    {
        using var one = NewIsolate();
        using var two = NewIsolate();
        Assert.Equal("layer", one.Eval("fromLayer"));
        Assert.Equal(1, Call(one, 0));
        Assert.Equal(2, Call(one, 0));
        Assert.Equal(1, Call(two, 0));
    }

    [Fact]
    public void Host_functions_take_arguments()
    {
        using var isolate = NewIsolate();
        Assert.Equal(6, Call(isolate, 1, 1, 2, 3));
        Assert.Equal(0, Call(isolate, 1));
    }

    [Fact]
    public void Ops_work_after_the_snapshot_and_not_while_it_is_made()
    {
        using var isolate = NewIsolate();
        Assert.Equal(7, Call(isolate, 2, 7));
        var exception = Assert.Throws<InvalidOperationException>(() => Snapshot.Create("globalThis.__skepOps.echo(1)"u8, "layer.js"));
        Assert.Contains("while the snapshot was made", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_kept_and_loaded()
    {
        var loaded = Snapshot.Load(Made.Value.ToArray());
        Assert.Equal(Made.Value.Length, loaded.Length);
        using var isolate = NewIsolate(loaded);
        Assert.Equal(1, Call(isolate, 0));
    }

    [Fact]
    public void Of_another_build_are_refused()
    {
        var bytes = Made.Value.ToArray();
        // V8's version stands near the beginning, as text.
        var version = bytes.AsSpan().IndexOf("14."u8);
        bytes[version] = (byte)'9';
        Assert.Throws<InvalidOperationException>(() => Snapshot.Load(bytes));
    }

    [Theory]
    [InlineData("throw new RangeError('broken layer')", "broken layer")]
    [InlineData("let a = ;", "line 1")]
    [InlineData("1", "__skepHost")]
    public void Say_what_is_wrong_with_their_script(string script, string message)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Snapshot.Create(System.Text.Encoding.UTF8.GetBytes(script), "layer.js"));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exceptions_and_terminations_of_host_functions_are_told_apart()
    {
        using var isolate = NewIsolate();
        isolate.Enter(0);
        try
        {
            JsResult result = default;
            isolate.CallHost(3, ReadOnlySpan<int>.Empty, ref result);
            Assert.Equal(JsStatus.Exception, result.Status);
            var (message, stack) = isolate.DescribeError(result.Value.Local);
            Assert.Equal("TypeError: as asked", message);
            Assert.Contains("layer.js:", stack, StringComparison.Ordinal);
            using Timer timer = new(_ => isolate.Terminate(), null, 20, Timeout.Infinite);
            isolate.CallHost(4, ReadOnlySpan<int>.Empty, ref result);
            Assert.Equal(JsStatus.Terminated, result.Status);
            isolate.Resume();
            isolate.CallHost(0, ReadOnlySpan<int>.Empty, ref result);
            Assert.Equal(1, result.Value.Int32);
        }
        finally
        {
            isolate.Exit();
        }
    }

    private static int Call(Isolate isolate, int function, params ReadOnlySpan<int> arguments)
    {
        isolate.Enter(0);
        try
        {
            JsResult result = default;
            isolate.CallHost(function, arguments, ref result);
            Assert.Equal(JsStatus.Ok, result.Status);
            return result.Value.Int32;
        }
        finally
        {
            isolate.Exit();
        }
    }
}
