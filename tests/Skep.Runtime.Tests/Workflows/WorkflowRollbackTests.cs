using Skep.Abstractions.Workflows;

namespace Skep.Runtime.Tests.Workflows;

/// <summary>What steps did is undone when their instance fails (https://developers.cloudflare.com/workflows/build/workers-api/).</summary>
public sealed class WorkflowRollbackTests
{
    [Fact]
    public async Task The_latest_step_is_undone_first_and_told_what_it_did()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            const undo = { rollback: async ({ ctx, error, output, stepName }) => console.log(stepName, ctx.step.name, ctx.step.count, ctx.attempt, ctx.config.retries.limit, error.name, error.message, JSON.stringify(output)) };
            await step.do("reserve", async () => ({ id: 1 }), undo);
            await step.do("charge", { retries: { limit: 3, delay: 1 } }, async (ctx) => { if (ctx.attempt < 2) throw new Error("again"); return { id: 2 }; }, undo);
            await step.do("not undone", async () => 3);
            throw new RangeError("out of stock");
            """);
        Assert.Equal(new WorkflowFailure("RangeError", "out of stock"), (await test.RunAsync()).Error);
        Assert.Equal(["charge-1 charge 1 2 3 RangeError out of stock {\"id\":2}", "reserve-1 reserve 1 1 5 RangeError out of stock {\"id\":1}"], Printed(test));
        Assert.Equal(new WorkflowFailure("RangeError", "out of stock"), test.Rollback!.Cause);
    }

    [Fact]
    public async Task A_step_that_failed_is_undone_too()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            await step.do("half", { retries: { limit: 0, delay: 0 } }, async () => { throw new Error("lost") }, { rollback: async ({ output, error }) => console.log("undone", output, error.message) });
            """);
        Assert.Equal("lost", (await test.RunAsync()).Error!.Message);
        Assert.Equal(["undone undefined lost"], Printed(test));
    }

    [Fact]
    public async Task An_error_that_is_caught_undoes_nothing()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            try { await step.do("bad", { retries: { limit: 0, delay: 0 } }, async () => { throw new Error("no") }, { rollback: async () => console.log("undone") }); } catch {}
            return "went on";
            """);
        Assert.Equal("\"went on\"", (await test.RunAsync()).Output!.Json);
        Assert.Empty(Printed(test));
        Assert.Null(test.Rollback);
    }

    [Fact]
    public async Task A_handler_is_tried_again_in_a_later_run_and_what_is_undone_stays_so()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            const retries = { limit: 1, delay: "1 minute", backoff: "constant" };
            await step.do("first", async () => { console.log("did first"); return 1; }, { rollback: async ({ output, error }) => console.log("undid first", output, error.message) });
            await step.do("second", async () => 2, { rollback: async () => { console.log("tried second"); if (!globalThis.tried) { globalThis.tried = true; throw new Error("not yet"); } }, rollbackConfig: { retries } });
            await step.do("third", async () => 3, { rollback: async () => console.log("undid third") });
            throw new Error("why");
            """);
        Assert.True((await test.RunAsync()).Suspended);
        Assert.Equal(["did first", "undid third", "tried second"], Printed(test));
        test.PassTime();
        Assert.Equal("why", (await test.RunAsync()).Error!.Message);
        Assert.Equal(["did first", "undid third", "tried second", "tried second", "undid first 1 why"], Printed(test));
    }

    [Fact]
    public async Task A_handler_that_fails_for_good_ends_the_undoing()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            await step.do("first", async () => 1, { rollback: async () => console.log("undid first") });
            await step.do("second", async () => 2, { rollback: async () => { throw new NonRetryableError("cannot"); } });
            throw new Error("why");
            """);
        Assert.Equal("why", (await test.RunAsync()).Error!.Message);
        Assert.Empty(Printed(test));
        Assert.Equal("cannot", test.Steps.Single(step => step.Kind == WorkflowStepKind.Rollback).Error!.Message);
    }

    [Fact]
    public async Task Who_is_terminated_so_undoes_what_was_done_and_does_nothing_more()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            await step.do("made", async () => "thing", { rollback: async ({ output, error }) => console.log("undid", output, error.name) });
            await step.sleep("long", "1 hour");
            await step.do("later", async () => console.log("did later"), { rollback: async () => console.log("undid later") });
            """);
        Assert.True((await test.RunAsync()).Suspended);
        test.Rollback = new WorkflowRollback(new WorkflowFailure("Terminated", "Instance terminated during rollback"), IsTermination: true);
        test.PassTime();
        Assert.NotNull((await test.RunAsync()).Output);
        Assert.Equal(["undid thing Terminated"], Printed(test));
    }

    [Fact]
    public async Task What_was_begun_when_its_process_was_lost_is_undone()
    {
        await using var test = await WorkflowTest.RunningAsync(
            "await step.do('charge', async () => 1, { rollback: async ({ output }) => console.log('undone', output) });");
        // The run is over as soon as it has said that the step begins.
        test.Goes = step => step.End is not null;
        Assert.True((await test.RunAsync()).Suspended);
        test.Goes = _ => true;
        test.Rollback = new WorkflowRollback(new WorkflowFailure("Error", "stopped"), IsTermination: false);
        Assert.Equal("stopped", (await test.RunAsync()).Error!.Message);
        Assert.Equal(["undone undefined"], Printed(test));
    }

    [Fact]
    public async Task A_handler_that_the_code_has_lost_is_missed()
    {
        await using var test = await WorkflowTest.RunningAsync("await step.sleep('long', '1 hour')");
        test.Add(new WorkflowStep { Key = "gone-1", Name = "gone", Kind = WorkflowStepKind.Do, Start = 1, End = 2, HasRollback = true, Output = new WorkflowValue(null, "1") });
        test.Rollback = new WorkflowRollback(new WorkflowFailure("Error", "why"), IsTermination: false);
        Assert.Equal("why", (await test.RunAsync()).Error!.Message);
        Assert.Equal(new WorkflowFailure("RollbackMissing", "Rollback function not available in registry"), test.Steps.Single(step => step.Kind == WorkflowStepKind.Rollback).Error);
    }

    [Fact]
    public async Task A_handler_does_no_steps()
    {
        await using var test = await WorkflowTest.RunningAsync(
            "await step.do('one', async () => 1, { rollback: () => step.do('two', async () => 2), rollbackConfig: { retries: { limit: 0, delay: 0 } } }); throw new Error('why');");
        Assert.Equal("why", (await test.RunAsync()).Error!.Message);
        Assert.Equal("Cannot execute steps during rollback phase", test.Steps.Single(step => step.Kind == WorkflowStepKind.Rollback).Error!.Message);
    }

    [Theory]
    [InlineData("5", "Rollback options for \"one\" must be an object")]
    [InlineData("[]", "Rollback options for \"one\" must be an object")]
    [InlineData("{}", "Rollback for \"one\" must be a function")]
    [InlineData("{ rollback() {}, rollbackConfig: { timeout: 'soon' } }", "The timeout of the step \"one\" is no duration")]
    public async Task Options_that_make_no_sense_are_refused(string options, string message)
    {
        await using var test = await WorkflowTest.RunningAsync($"await step.do('one', async () => 1, {options})");
        Assert.StartsWith(message, (await test.RunAsync()).Error!.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Printed(WorkflowTest test) => test.Lines.Where(line => !line.StartsWith("Uncaught", StringComparison.Ordinal) && !line.Contains("Error: ", StringComparison.Ordinal));

    [Fact]
    public async Task What_is_being_undone_is_not_tried_again()
    {
        await using var test = await WorkflowTest.RunningAsync(
            """
            const failing = Promise.withResolvers();
            await Promise.all([
              step.do("flaky", { retries: { limit: 5, delay: 1, backoff: "constant" } }, async () => { await failing.promise; console.log("tried"); throw new Error("no") },
                { rollback: async () => { await scheduler.wait(100); console.log("undone") } }),
              step.do("bad", { retries: { limit: 0, delay: 0 } }, async () => { failing.resolve(); throw new Error("why") }),
            ]);
            """);
        Assert.Equal("why", (await test.RunAsync()).Error!.Message);
        Assert.Equal(["tried", "undone"], Printed(test));
    }
}
