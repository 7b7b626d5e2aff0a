using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Workers;

/// <summary>Cron events.</summary>
public sealed class ScheduledTests
{
    [Fact]
    public async Task The_handler_is_told_when_and_why()
    {
        await using var worker = await TestWorker.StartAsync(
            "export default { scheduled(controller, env, ctx) { console.log(controller.scheduledTime, controller.cron, typeof env, typeof ctx.waitUntil) } }");
        var summary = await worker.ScheduledAsync("*/5 * * * *");
        Assert.Equal(InvocationOutcome.Ok, summary.Outcome);
        Assert.Null(summary.Error);
        Assert.Equal(["5000 */5 * * * * object function"], worker.Observer.Lines);
    }

    [Fact]
    public async Task It_ends_with_its_last_waitUntil_promise()
    {
        await using var worker = await TestWorker.StartAsync(
            """
            let release;
            export default {
                fetch() { release(); return new Response() },
                scheduled(controller, env, ctx) { ctx.waitUntil(Promise.race([new Promise((r) => { release = r }), scheduler.wait(1e6)]).then(() => console.log('done'))) }
            }
            """,
            runtime: TestRuntime.OneIsolate);
        var ended = worker.ScheduledAsync();
        Assert.False(ended.IsCompleted);
        Assert.Equal("200 ", (await worker.GetAsync()).ToString());
        Assert.Equal(InvocationOutcome.Ok, (await ended).Outcome);
        Assert.Equal(["done"], worker.Observer.Lines);
    }

    [Theory]
    [InlineData("throw new RangeError('no')", "RangeError: no")]
    [InlineData("return Promise.reject(new RangeError('no'))", "RangeError: no")]
    [InlineData("await new Promise(() => {})", "Error: The scheduled handler waits for something that will never happen.")]
    public async Task A_failure_is_reported(string body, string message)
    {
        await using var worker = await TestWorker.StartAsync($$"""export default { async scheduled() { {{body}} } }""");
        var summary = await worker.ScheduledAsync();
        Assert.Equal(InvocationOutcome.Exception, summary.Outcome);
        Assert.Equal(message, summary.Error?.Message);
    }

    [Fact]
    public async Task A_worker_without_the_handler_says_so()
    {
        await using var worker = await TestWorker.HandlingAsync("return new Response()");
        Assert.Equal("TypeError: Handler does not export a scheduled() function.", (await worker.ScheduledAsync()).Error?.Message);
    }

    [Fact]
    public async Task A_loop_ends_at_the_CPU_limit()
    {
        await using var worker = await TestWorker.StartAsync(
            "export default { scheduled() { for (;;); } }", WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(50) });
        var summary = await worker.ScheduledAsync();
        Assert.Equal(InvocationOutcome.ExceededCpu, summary.Outcome);
        Assert.Equal("Worker exceeded CPU time limit.", summary.Error?.Message);
    }

    [Fact]
    public async Task Service_worker_syntax_has_an_event()
    {
        await using var worker = await TestWorker.StartAsync(
            "addEventListener('scheduled', (event) => event.waitUntil((async () => console.log(event.type, event.cron, event.scheduledTime))()))",
            with: version => version with { Syntax = ScriptSyntax.ServiceWorker });
        Assert.Equal(InvocationOutcome.Ok, (await worker.ScheduledAsync("0 * * * *")).Outcome);
        Assert.Equal(["scheduled 0 * * * * 5000"], worker.Observer.Lines);
    }
}
