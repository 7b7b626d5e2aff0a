using Skep.Abstractions.Events;

namespace Skep.Runtime.Tests.Console;

/// <summary>What the methods of <c>console</c> print (https://console.spec.whatwg.org/), laid out as Node.js does.</summary>
public sealed class ConsoleOutputTests
{
    [Fact]
    public async Task Levels_are_those_of_the_methods()
    {
        await using var worker = await Printing("for (const level of ['debug', 'log', 'info', 'warn', 'error', 'trace', 'dir', 'table']) console[level](level)");
        Assert.Equal(
            [ConsoleLevel.Debug, ConsoleLevel.Log, ConsoleLevel.Info, ConsoleLevel.Warn, ConsoleLevel.Error, ConsoleLevel.Log, ConsoleLevel.Log, ConsoleLevel.Log],
            worker.Observer.Messages.Select(message => message.Level));
    }

    [Fact]
    public async Task Groups_are_indented()
    {
        await using var worker = await Printing(
            "console.group('a'); console.log('b'); console.groupCollapsed('c'); console.log('d\\ne'); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('f')");
        Assert.Equal(["a", "  b", "  c", "    d\n    e", "f"], worker.Observer.Lines);
    }

    [Fact]
    public async Task Counters_and_timers_go_by_their_label()
    {
        await using var worker = await Printing(
            "console.count(); console.count('x'); console.count('x'); console.countReset('x'); console.count('x'); console.countReset('y');"
            + "console.time(); console.timeLog(undefined, 'so far'); console.timeEnd(); console.timeEnd()");
        Assert.Equal(
            ["default: 1", "x: 1", "x: 2", "x: 1", "Count for 'y' does not exist", "default: 0ms so far", "default: 0ms", "No such label 'default' for console.timeEnd()"],
            worker.Observer.Lines);
    }

    [Fact]
    public async Task A_trace_says_where_it_is()
    {
        await using var worker = await Printing("function here() { console.trace('%s', 'why') } here()");
        Assert.StartsWith("Trace: why\n    at here (main.js:", worker.Observer.Lines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assertion_speaks_when_it_fails()
    {
        await using var worker = await Printing("console.assert(true, 'no'); console.assert(false, 'a %d', 1); console.assert(); console.assert(0, {})");
        Assert.Equal(["Assertion failed: a 1", "Assertion failed", "Assertion failed: {}"], worker.Observer.Lines);
    }

    [Fact]
    public async Task Substitutions_format_their_arguments()
    {
        await using var worker = await Printing("console.log('%s %d %i %f %o %O %c%% %j', 'a', 1.5, 1.5, '2.5', [1], { b: 1 }, 'css', 3)");
        Assert.Equal(["a 1.5 1 2.5 [ 1 ] { b: 1 } % 3"], worker.Observer.Lines.Select(line => line.Replace("[ 1, [length]: 1 ]", "[ 1 ]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Depth_is_the_callers_choice()
    {
        await using var worker = await Printing("console.dir({ a: { b: { c: { d: 1 } } } }); console.dir({ a: { b: 1 } }, { depth: 0 })");
        Assert.Equal(["{ a: { b: { c: [Object] } } }", "{ a: [Object] }"], worker.Observer.Lines.Select(line => string.Join(' ', line.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))));
    }

    [Theory]
    [InlineData("[{ a: 1 }, { b: 'x' }]", "│ (index) │ a │ b   │", "│ 1       │   │ 'x' │")]
    [InlineData("[1, 2]", "│ (index) │ Values │", "│ 1       │ 2      │")]
    [InlineData("new Map([['k', 1], [{}, 2]])", "│ (iteration index) │ Key │ Values │", "│ 1                 │ {}  │ 2      │")]
    [InlineData("new Set(['a', 'b'])", "│ (iteration index) │ Values │", "│ 1                 │ 'b'    │")]
    [InlineData("{ x: { y: 1 }, z: { y: 2 } }", "│ (index) │ y │", "│ z       │ 2 │")]
    public async Task Tables_have_a_row_for_every_entry(string data, string head, string lastRow)
    {
        await using var worker = await Printing($"console.table({data})");
        var lines = worker.Observer.Lines.Single().Split('\n');
        Assert.Equal(head, lines[1]);
        Assert.Equal(lastRow, lines[^2]);
    }

    [Fact]
    public async Task What_is_no_table_is_logged()
    {
        await using var worker = await Printing("console.table(5); console.table('x')");
        Assert.Equal(["5", "x"], worker.Observer.Lines);
    }

    private static async Task<TestWorker> Printing(string script)
    {
        var worker = await TestWorker.HandlingAsync($"{script}; return new Response()");
        Assert.Equal(200, (await worker.GetAsync()).Status);
        return worker;
    }
}
