using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Tracing;

/// <summary>What a tail Worker is given of other Workers' invocations.</summary>
public sealed class TailHandlerTests
{
    private static readonly InvocationTrace Fetched = new()
    {
        ScriptName = "shop",
        VersionId = "v1",
        Entrypoint = "Admin",
        Event = new FetchTraceEvent(
            "GET", "https://shop.example/u/0123456789abcdef0123456789abcdef", ["accept", "a", "accept", "b", "authorization", "Bearer x"], """{"colo":"SKP"}""", 201),
        EventTimestamp = 1000,
        Outcome = InvocationOutcome.Exception,
        Logs = [new TraceLog(1001, ConsoleLevel.Warn, """["hi",{"a":1}]""")],
        Exceptions = [new TraceException(1002, "RangeError", "too far", "    at x")],
        Cpu = TimeSpan.FromMilliseconds(3),
        Wall = TimeSpan.FromMilliseconds(7),
    };

    [Fact]
    public async Task The_handler_gets_the_traces_as_cloudflare_gives_them()
    {
        await using var worker = await TestWorker.StartAsync("export default { tail(events, env, ctx) { console.log(JSON.stringify(events)) } }");
        Assert.Null((await TailAsync(worker, Fetched, Scheduled("cron"))).Error);
        Assert.Equal(
            """
            [{"wallTime":7,"cpuTime":3,"truncated":false,"executionModel":"stateless","outcome":"exception","scriptVersion":{"id":"v1"},"scriptName":"shop","entrypoint":"Admin","diagnosticsChannelEvents":[],"exceptions":[{"stack":"    at x","name":"RangeError","message":"too far","timestamp":1002}],"logs":[{"message":["hi",{"a":1}],"level":"warn","timestamp":1001}],"eventTimestamp":1000,"event":{"request":{"url":"https://shop.example/u/REDACTED","method":"GET","headers":{"accept":"a, b","authorization":"REDACTED"},"cf":{"colo":"SKP"}},"response":{"status":201}}},{"wallTime":0,"cpuTime":0,"truncated":false,"executionModel":"stateless","outcome":"ok","scriptVersion":{"id":"v2"},"scriptName":"cron","diagnosticsChannelEvents":[],"exceptions":[],"logs":[],"eventTimestamp":0,"event":{"cron":"* * * * *","scheduledTime":5}}]
            """.Trim(),
            Assert.Single(worker.Observer.Lines));
    }

    [Fact]
    public async Task What_is_hidden_of_a_request_can_be_asked_for()
    {
        await using var worker = await TestWorker.StartAsync(
            """
            export default { tail([{ event: { request } }]) {
                const whole = request.getUnredacted();
                console.log(whole.url, whole.headers.authorization, whole.method, whole.getUnredacted().url === whole.url, request.headers.authorization);
            } }
            """);
        await TailAsync(worker, Fetched);
        Assert.Equal("https://shop.example/u/0123456789abcdef0123456789abcdef Bearer x GET true REDACTED", Assert.Single(worker.Observer.Lines));
    }

    [Fact]
    public async Task Of_a_user_worker_script_and_namespace_are_told_apart()
    {
        await using var worker = await TestWorker.StartAsync("export default { tail([e]) { console.log(e.scriptName, e.dispatchNamespace) } }");
        await TailAsync(worker, Scheduled("customers/alice"));
        Assert.Equal("alice customers", Assert.Single(worker.Observer.Lines));
    }

    [Theory]
    [InlineData("export default class extends (await import('cloudflare:workers')).WorkerEntrypoint { tail(events) { console.log(events.length, this.env !== undefined) } }", "2 true")]
    [InlineData("export default { trace(events) { console.log('trace', events.length) } }", "trace 2")]
    public async Task Handlers_may_be_methods_of_a_class_or_have_their_older_name(string script, string said)
    {
        await using var worker = await TestWorker.StartAsync(script);
        Assert.Null((await TailAsync(worker, Fetched, Fetched)).Error);
        Assert.Equal(said, Assert.Single(worker.Observer.Lines));
    }

    [Fact]
    public async Task A_named_entrypoint_gets_its_props()
    {
        await using var worker = await TestWorker.StartAsync("export const Named = { tail(events, env, ctx) { console.log(ctx.props.a) } }; export default { fetch() {} }");
        await worker.Worker.TailAsync(new TailEvent([Fetched]) { Entrypoint = "Named", Props = new CallerProps("""{"a":5}""") });
        Assert.Equal("5", Assert.Single(worker.Observer.Lines));
    }

    [Fact]
    public async Task A_service_worker_listens_to_it()
    {
        await using var worker = await TestWorker.StartAsync(new WorkerVersion
        {
            Name = "test",
            MainModule = "main.js",
            Syntax = ScriptSyntax.ServiceWorker,
            Modules = [TestWorker.Module("main.js", "addEventListener('tail', e => e.waitUntil((async () => console.log(e instanceof TailEvent, e.type, e.events === e.traces, e.events[0].scriptName))()))")],
        });
        Assert.Null((await TailAsync(worker, Fetched)).Error);
        Assert.Equal("true tail true shop", Assert.Single(worker.Observer.Lines));
    }

    [Fact]
    public async Task It_lasts_as_long_as_what_it_waits_for()
    {
        await using var worker = await TestWorker.StartAsync("export default { async tail(events, env, ctx) { ctx.waitUntil((async () => { await scheduler.wait(1); console.log('later') })()); await scheduler.wait(1); console.log('handler') } }");
        await TailAsync(worker, Fetched);
        Assert.Equal(["handler", "later"], worker.Observer.Lines.Order());
    }

    [Theory]
    [InlineData("export default { tail() { throw new TypeError('no') } }", "TypeError: no")]
    [InlineData("export default { fetch() {} }", "TypeError: Handler does not export a tail() function.")]
    [InlineData("export default { tail() { return new Promise(() => {}) } }", "Error: The tail handler waits for something that will never happen.")]
    public async Task A_handler_that_fails_says_why(string script, string error)
    {
        await using var worker = await TestWorker.StartAsync(script);
        Assert.Equal(error, (await TailAsync(worker, Fetched)).Error?.Message);
    }

    [Fact]
    public async Task Its_own_trace_says_what_it_consumed_and_what_is_behind_that()
    {
        RecordingTraces traces = new();
        await using var worker = await TestWorker.StartAsync(
            new WorkerVersion { Name = "logger", MainModule = "main.js", Modules = [TestWorker.Module("main.js", "export default { tail() {} }")] },
            services => services with { Traces = traces });
        await TailAsync(worker, Fetched, Scheduled("other") with { Event = new TailTraceEvent(["first"], ["first", "before"]) });
        var traced = Assert.IsType<TailTraceEvent>((await traces.NextAsync(TestContext.Current.CancellationToken)).Event);
        Assert.Equal(["shop", "other"], traced.Scripts);
        Assert.Equal(["before", "first", "other", "shop"], traced.Behind.Order());
    }

    private static InvocationTrace Scheduled(string script) => new()
    {
        ScriptName = script,
        VersionId = "v2",
        Event = new ScheduledTraceEvent("* * * * *", 5),
        EventTimestamp = 0,
        Outcome = InvocationOutcome.Ok,
    };

    private static Task<InvocationSummary> TailAsync(TestWorker worker, params InvocationTrace[] traces) =>
        worker.Worker.TailAsync(new TailEvent([.. traces])).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
}
