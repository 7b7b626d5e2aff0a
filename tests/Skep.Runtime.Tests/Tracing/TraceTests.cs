using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Tracing;

/// <summary>What whoever tails a worker gets of each invocation.</summary>
public sealed class TraceTests
{
    private readonly RecordingTraces _traces = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_traced_with_its_response()
    {
        await using var worker = await HandlingAsync("console.log('hi'); return new Response('ok', { status: 201 })");
        await worker.GetAsync("/a?b");
        var trace = await _traces.NextAsync(Cancellation);
        Assert.Equal(("test", worker.Worker.Version.Id, InvocationOutcome.Ok), (trace.ScriptName, trace.VersionId, trace.Outcome));
        var fetch = Assert.IsType<FetchTraceEvent>(trace.Event);
        Assert.Equal(("GET", 201), (fetch.Method, fetch.Status));
        Assert.EndsWith("/a?b", fetch.Url, StringComparison.Ordinal);
        Assert.Equal((ConsoleLevel.Log, """["hi"]"""), (trace.Logs[0].Level, trace.Logs[0].Message));
        Assert.False(trace.Truncated);
    }

    [Theory]
    [InlineData("'a', 1, true, null, undefined", """["a",1,true,null,null]""")]
    [InlineData("{ a: [1, { b: undefined, c: new Date(0) }] }, [undefined]", """[{"a":[1,{"c":"1970-01-01T00:00:00.000Z"}]},[null]]""")]
    [InlineData("new Error('no'), 12n, Symbol('s'), new Map()", """["Error: no","12","Symbol(s)","[object Map]"]""")]
    [InlineData("new (class { toJSON() { return { own: 1 } } })(), Object.create(null)", """[{"own":1},{}]""")]
    [InlineData("(() => { const a = {}; a.a = a; return a })(), { get b() { throw 1 } }, { b: 1n }", """[{},{},{}]""")]
    [InlineData("'100%', { toString() { throw 1 } }", """["100%",{}]""")]
    [InlineData("", "[]")]
    public async Task The_arguments_of_a_message_stay_what_they_are(string arguments, string expected)
    {
        await using var worker = await HandlingAsync($"console.warn({arguments}); return new Response()");
        await worker.GetAsync();
        var log = Assert.Single((await _traces.NextAsync(Cancellation)).Logs);
        Assert.Equal((ConsoleLevel.Warn, expected), (log.Level, log.Message));
    }

    [Fact]
    public async Task An_exception_comes_apart()
    {
        await using var worker = await HandlingAsync("function f() { throw new TypeError('no: no') } f()");
        await worker.GetAsync();
        var trace = await _traces.NextAsync(Cancellation);
        Assert.Equal(InvocationOutcome.Exception, trace.Outcome);
        Assert.Null(Assert.IsType<FetchTraceEvent>(trace.Event).Status);
        var exception = Assert.Single(trace.Exceptions);
        Assert.Equal(("TypeError", "no: no"), (exception.Name, exception.Message));
        Assert.StartsWith("    at f (main.js:1:", exception.Stack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_waits_for_what_goes_on_after_the_response()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time);
        await using var worker = await HandlingAsync(
            """
            ctx.waitUntil(scheduler.wait(20).then(() => { console.log('later'); throw new RangeError('late') }));
            Promise.reject(new Error('unhandled'));
            return new Response();
            """,
            runtime);
        await worker.GetAsync();
        Assert.Empty(_traces.All);
        time.Advance(TimeSpan.FromMilliseconds(20));
        var trace = await _traces.NextAsync(Cancellation);
        Assert.Equal("""["later"]""", Assert.Single(trace.Logs).Message);
        Assert.Equal(["unhandled", "late"], trace.Exceptions.Select(each => each.Message));
        Assert.Equal(InvocationOutcome.Ok, trace.Outcome);
    }

    [Fact]
    public async Task Requests_that_run_side_by_side_say_their_own()
    {
        await using var worker = await HandlingAsync(
            """
            const name = new URL(request.url).pathname;
            await scheduler.wait(5);
            console.log(name);
            return new Response();
            """,
            TestRuntime.OneIsolate);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => worker.GetAsync($"/{i}")));
        for (var i = 0; i < 8; i++)
        {
            var trace = await _traces.NextAsync(Cancellation);
            var path = new Uri(Assert.IsType<FetchTraceEvent>(trace.Event).Url).AbsolutePath;
            Assert.Equal($"[\"{path}\"]", Assert.Single(trace.Logs).Message);
        }
    }

    [Fact]
    public async Task What_exceeds_the_room_is_cut_and_said_to_be()
    {
        await using var worker = await HandlingAsync("for (let i = 0; i < 10; i++) console.log('x'.repeat(50_000)); return new Response()");
        await worker.GetAsync();
        var trace = await _traces.NextAsync(Cancellation);
        Assert.True(trace.Truncated);
        Assert.Equal(6, trace.Logs.Length);
        Assert.StartsWith("[\"Log size limit exceeded: More than 256KB", trace.Logs[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cron_event_is_traced()
    {
        await using var worker = await StartAsync("export default { scheduled(controller) { console.log(controller.cron); throw new Error('no') } }");
        await worker.ScheduledAsync("*/5 * * * *");
        var trace = await _traces.NextAsync(Cancellation);
        Assert.Equal(new ScheduledTraceEvent("*/5 * * * *", 5000), trace.Event);
        Assert.Equal(("no", InvocationOutcome.Exception), (Assert.Single(trace.Exceptions).Message, trace.Outcome));
    }

    [Fact]
    public async Task Nothing_is_traced_while_nobody_wants_it()
    {
        await using var worker = await HandlingAsync("console.log({ toJSON() { throw new Error('asked') } }); return new Response()");
        _traces.Demand.IsWanted = false;
        await worker.GetAsync();
        _traces.Demand.IsWanted = true;
        await worker.GetAsync("/second");
        await _traces.NextAsync(Cancellation);
        Assert.EndsWith("/second", Assert.IsType<FetchTraceEvent>(Assert.Single(_traces.All).Event).Url, StringComparison.Ordinal);
    }

    private Task<TestWorker> HandlingAsync(string body, WorkerRuntime? runtime = null) =>
        StartAsync($$"""export default { async fetch(request, env, ctx) { {{body}} } }""", runtime);

    private Task<TestWorker> StartAsync(string script, WorkerRuntime? runtime = null) => TestWorker.StartAsync(
        new WorkerVersion { Name = "test", MainModule = "main.js", Modules = [TestWorker.Module("main.js", script)] },
        services => services with { Traces = _traces },
        runtime);
}
