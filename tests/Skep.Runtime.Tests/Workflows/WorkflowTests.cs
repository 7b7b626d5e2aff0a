using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;

namespace Skep.Runtime.Tests.Workflows;

/// <summary>Runs of Workflows (https://developers.cloudflare.com/workflows/build/workers-api/).</summary>
public sealed class WorkflowTests
{
    private static readonly string Retries = "{ retries: { limit: 2, delay: 1, backoff: 'constant' } }";

    [Fact]
    public async Task The_class_is_told_what_the_instance_is_and_its_result_is_kept()
    {
        await using var test = await WorkflowTest.RunningAsync(
            "return [event.payload.n, event.instanceId, event.workflowName, event.timestamp.getTime(), Object.isFrozen(event), this.env !== undefined, typeof this.ctx.waitUntil]");
        Assert.Equal("""[7,"one","order",1700000000000,true,true,"function"]""", (await test.RunAsync("""{"n":7}""")).Output!.Json);
    }

    [Fact]
    public async Task A_step_that_is_done_is_not_done_again_and_has_the_same_value()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            const value = await step.do("make", async (ctx) => { console.log(ctx.step.name, ctx.step.count, ctx.attempt); return { date: new Date(5), map: new Map([[1, 2n]]) }; });
            return `${value.date instanceof Date} ${value.date.getTime()} ${value.map.get(1)}`;
            """);
        for (var i = 0; i < 2; i++) Assert.Equal("\"true 5 2\"", (await test.RunAsync()).Output!.Json);
        Assert.Equal(["make 1 1"], test.Lines);
    }

    [Fact]
    public async Task Steps_of_one_name_are_told_apart_by_their_order()
    {
        await using var test = await WorkflowTest.RunningAsync(
            "return await Promise.all([1, 2, 3].map((n) => step.do('same', async () => n)))");
        Assert.Equal("[1,2,3]", (await test.RunAsync()).Output!.Json);
        Assert.Equal(["same-1", "same-2", "same-3"], test.Steps.Select(step => step.Key).Order());
        Assert.Equal("[1,2,3]", (await test.RunAsync()).Output!.Json);
    }

    [Fact]
    public async Task A_step_that_throws_is_tried_again_as_often_as_it_says()
    {
        await using var test = await WorkflowTest.RunningAsync(
            $"return await step.do('flaky', {Retries}, async (ctx) => {{ if (ctx.attempt < 3) throw new RangeError('no ' + ctx.attempt); return ctx.attempt; }})");
        Assert.Equal("3", (await test.RunAsync()).Output!.Json);
        Assert.Equal(["no 1", "no 2", null], Assert.Single(test.Steps).Attempts.Select(attempt => attempt.Error?.Message));
    }

    [Fact]
    public async Task A_step_that_never_succeeds_throws_what_it_threw_last_then_and_in_later_runs()
    {
        await using var test = await WorkflowTest.RunningAsync(
            $$"""
            try { await step.do("bad", {{Retries}}, async (ctx) => { console.log(ctx.attempt); throw new RangeError("no"); }); }
            catch (error) { return `${error.name}: ${error.message}`; }
            """);
        for (var i = 0; i < 2; i++) Assert.Equal("\"RangeError: no\"", (await test.RunAsync()).Output!.Json);
        Assert.Equal(["1", "2", "3"], test.Lines);
    }

    [Fact]
    public async Task NonRetryableError_ends_a_step_at_once()
    {
        await using var test = await WorkflowTest.RunningAsync("await step.do('bad', async () => { console.log('tried'); throw new NonRetryableError('stop', 'Custom'); })");
        Assert.Equal(new WorkflowFailure("Custom", "stop"), (await test.RunAsync()).Error);
        Assert.Equal(["tried"], test.Lines.Where(line => line == "tried"));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_has_failed()
    {
        await using var test = await WorkflowTest.RunningAsync(
            "await step.do('slow', { retries: { limit: 0, delay: 0 }, timeout: 20 }, () => new Promise((done) => setTimeout(done, 600_000)))");
        Assert.Equal(new WorkflowFailure("WorkflowTimeoutError", "Execution timed out after 20ms"), (await test.RunAsync()).Error);
    }

    [Fact]
    public async Task A_retry_waits_longer_each_time_and_for_long_outside_of_memory()
    {
        await using var test = await WorkflowTest.RunningAsync(
            "await step.do('bad', { retries: { limit: 3, delay: '1 minute', backoff: 'exponential' } }, async () => { throw new Error('no') })");
        List<long> delays = [];
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await test.RunAsync()).Suspended);
            var step = Assert.Single(test.Steps);
            delays.Add((step.Due!.Value - step.Attempts[^1].End) / 1000);
            test.PassTime();
        }

        Assert.Equal([60, 120, 240], delays);
        Assert.Equal("no", (await test.RunAsync()).Error!.Message);
    }

    [Fact]
    public async Task A_short_sleep_is_slept_and_a_long_one_ends_the_run()
    {
        await using var test = await WorkflowTest.RunningAsync("await step.sleep('short', 20); await step.sleep('long', '1 hour'); return 'awake'");
        Assert.True((await test.RunAsync()).Suspended);
        Assert.Equal(["short-1", "long-1"], test.Steps.Select(step => step.Key));
        Assert.True((await test.RunAsync()).Suspended);
        test.PassTime();
        Assert.Equal("\"awake\"", (await test.RunAsync()).Output!.Json);
    }

    [Fact]
    public async Task A_run_does_not_end_while_another_step_works()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            await Promise.all([step.sleep("long", "1 hour"), step.do("busy", () => new Promise((done) => setTimeout(() => { console.log("worked"); done(); }, 300)))]);
            """);
        Assert.True((await test.RunAsync()).Suspended);
        Assert.Equal(["worked"], test.Lines);
        Assert.NotNull(test.Steps.Single(step => step.Key == "busy-1").End);
    }

    [Fact]
    public async Task An_event_is_waited_for_and_its_time_can_be_over()
    {
        await using var test = await WorkflowTest.RunningAsync(
            "const e = await step.waitForEvent('approval', { type: 'approve', timeout: '1 day' }); return [e.payload.ok, e.timestamp.getTime(), e.type]");
        Assert.True((await test.RunAsync()).Suspended);
        test.Send("approve", """{"ok":true}""");
        for (var i = 0; i < 2; i++) Assert.Equal("""[true,86400000,"approve"]""", (await test.RunAsync()).Output!.Json);

        await using var late = await WorkflowTest.RunningAsync("await step.waitForEvent('approval', { type: 'approve', timeout: '1 minute' })");
        Assert.True((await late.RunAsync()).Suspended);
        late.PassTime();
        Assert.Equal(new WorkflowFailure("WorkflowTimeoutError", "Execution timed out after 60000ms"), (await late.RunAsync()).Error);
    }

    [Fact]
    public async Task Who_is_told_to_stop_does_nothing_more()
    {
        await using var test = await WorkflowTest.RunningAsync("await step.do('one', async () => 1); console.log('went on'); await step.do('two', async () => 2)");
        test.Goes = _ => false;
        Assert.True((await test.RunAsync()).Suspended);
        Assert.Empty(test.Lines);
    }

    [Theory]
    [InlineData("return () => {}", "DataCloneError")]
    [InlineData("await step.do('bad', async () => () => {})", "DataCloneError")]
    [InlineData("await step.do('large', async () => 'x'.repeat(100)); return 'x'.repeat(1_100_000)", "Error")]
    [InlineData("await step.do('', async () => 1)", "TypeError")]
    [InlineData("await step.do('none')", "TypeError")]
    [InlineData("await step.do('x', { retries: { limit: -1 } }, async () => 1)", "TypeError")]
    [InlineData("await step.do('x', { timeout: 'soon' }, async () => 1)", "TypeError")]
    [InlineData("await step.sleep('x', '5 parsecs')", "TypeError")]
    [InlineData("await step.sleep('x', '400 days')", "RangeError")]
    [InlineData("await step.sleepUntil('x', 'tomorrow')", "TypeError")]
    [InlineData("await step.waitForEvent('x', {})", "TypeError")]
    [InlineData("throw 5", "Error")]
    [InlineData("await step.do('bad', async () => new Response('x'))", "DataCloneError")]
    [InlineData("null.x", "TypeError")]
    public async Task A_mistake_ends_the_instance_and_says_what_it_is(string body, string name)
    {
        await using var test = await WorkflowTest.RunningAsync(body);
        var outcome = await test.RunAsync();
        Assert.Equal(name, outcome.Error?.Name);
        Assert.NotEmpty(outcome.Error!.Message);
    }

    [Fact]
    public async Task There_are_only_so_many_steps()
    {
        await using var test = await WorkflowTest.RunningAsync("for (;;) await step.do('again', async () => 1)");
        test.StepLimit = 5;
        Assert.Equal("The limit of 5 steps has been reached. This limit can be changed in your worker configuration.", (await test.RunAsync()).Error!.Message);
        Assert.Equal(5, test.Steps.Count);
    }

    [Fact]
    public async Task A_class_that_is_not_there_is_named()
    {
        await using var test = await WorkflowTest.RunningAsync("");
        Assert.Contains("does not export a class \"Nobody\"", (await test.RunAsync(className: "Nobody")).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_nothing_fails_instead_of_staying()
    {
        await using var test = await WorkflowTest.RunningAsync("await new Promise(() => {})");
        Assert.Contains("will never happen", (await test.RunAsync()).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_loop_in_a_step_ends_the_instance()
    {
        await using var test = await WorkflowTest.RunningAsync("await step.do('loop', async () => { for (;;); })", WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(50) });
        Assert.NotNull((await test.RunAsync()).Error);
    }

    [Fact]
    public async Task Each_attempt_has_the_whole_CPU_time()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            const spin = () => { let n = 0; for (let i = 0; i < 4e6; i++) n += Math.sqrt(i); return n > 0; };
            for (let i = 0; i < 12; i++) await step.do("work", async () => spin());
            return "done";
            """,
            WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(400) });
        Assert.Equal("\"done\"", (await test.RunAsync()).Output?.Json);
    }
}
