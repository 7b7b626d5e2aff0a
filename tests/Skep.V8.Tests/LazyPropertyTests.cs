namespace Skep.V8.Tests;

/// <summary>Data properties whose value is made when it is first asked for: of a snapshot, in every isolate anew.</summary>
public sealed class LazyPropertyTests
{
    private const string Layer = """
        const ops = globalThis.__skepOps;
        globalThis.made = 0;
        ops.lazy_maker((number, name) => {
            made++;
            if (name === 'late' && made === 1) throw new Error('not yet');
            return { number, name };
        });
        ops.define_lazy(globalThis, 'hidden', 7, false);
        ops.define_lazy(globalThis, 'shown', 8, true);
        ops.define_lazy(globalThis, 'late', 9, true);
        globalThis.__skepHost = {};
        """;

    private static readonly Lazy<Snapshot> Made = new(() => Snapshot.Create(System.Text.Encoding.UTF8.GetBytes(Layer), "lazy.js"));

    [Theory]
    [InlineData("hidden.number + hidden.name + made", "7hidden1")]
    [InlineData("hidden === hidden && made", "1")]
    [InlineData("Object.keys(globalThis).includes('hidden') + ' ' + Object.keys(globalThis).includes('shown') + ' ' + made", "false true 0")]
    [InlineData("('hidden' in globalThis) + ' ' + made", "true 0")]
    [InlineData("shown = 5; shown + made", "5")]
    [InlineData("delete globalThis.shown; typeof shown + made", "undefined0")]
    [InlineData("Object.defineProperty(globalThis, 'shown', { value: 6 }); shown", "6")]
    [InlineData("const heir = Object.create(globalThis); heir.shown.name + made", "shown1")]
    public void Are_made_by_whoever_reads_them_first(string script, string expected)
    {
        using var isolate = new Isolate(new IsolateOptions { Snapshot = Made.Value, HostFunctions = [] });
        Assert.Equal(expected, isolate.Eval(script));
    }

    [Fact]
    public void Look_like_data_properties_before_and_after()
    {
        using var isolate = new Isolate(new IsolateOptions { Snapshot = Made.Value, HostFunctions = [] });
        const string look = "{ const { value, ...rest } = Object.getOwnPropertyDescriptor(globalThis, 'hidden'); `${value.number} ${JSON.stringify(rest)}` }";
        const string expected = """7 {"writable":true,"enumerable":false,"configurable":true}""";
        Assert.Equal(expected, isolate.Eval(look));
        Assert.Equal(expected, isolate.Eval(look));
    }

    [Fact]
    public void Are_tried_again_when_they_could_not_be_made()
    {
        using var isolate = new Isolate(new IsolateOptions { Snapshot = Made.Value, HostFunctions = [] });
        Assert.Equal("Exception: Error: not yet", Assert.Throws<ScriptFailure>(() => isolate.Eval("late")).Message);
        Assert.Equal("late2", isolate.Eval("late.name + made"));
    }

    [Fact]
    public void Every_isolate_makes_its_own()
    {
        using var one = new Isolate(new IsolateOptions { Snapshot = Made.Value, HostFunctions = [] });
        using var two = new Isolate(new IsolateOptions { Snapshot = Made.Value, HostFunctions = [] });
        Assert.Equal("1", one.Eval("hidden; made"));
        Assert.Equal("0", two.Eval("made"));
    }
}
