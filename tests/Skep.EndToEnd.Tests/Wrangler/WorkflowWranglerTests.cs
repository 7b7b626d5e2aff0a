namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>Workflows by the real wrangler against a real <c>skep serve</c>.</summary>
public sealed class WorkflowWranglerTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_Workflow_is_deployed_triggered_looked_at_and_ended()
    {
        await using var server = await ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """
            { "name": "shop", "main": "index.ts", "compatibility_date": "2026-11-01",
              "workflows": [{ "name": "orders", "binding": "ORDERS", "class_name": "Order" }] }
            """);
        project.Write("index.ts", """
            import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
            export class Order extends WorkflowEntrypoint<unknown, { item: string }> {
              async run(event: WorkflowEvent<{ item: string }>, step: WorkflowStep) {
                const price = await step.do("look up the price", async () => event.payload.item.length);
                const approval = await step.waitForEvent<{ by: string }>("wait for approval", { type: "approval", timeout: "1 hour" });
                return `${price} approved by ${approval.payload.by}`;
              }
            }
            export default { fetch: () => new Response("shop") };
            """);
        var deployed = await project.RunAsync("deploy");
        Assert.Contains("workflow: orders", deployed, StringComparison.Ordinal);
        Assert.Contains("Order", await project.RunAsync("workflows list"), StringComparison.Ordinal);
        Assert.Contains("shop", await project.RunAsync("workflows describe orders"), StringComparison.Ordinal);

        project.Write("params.txt", "");
        Assert.Contains("has been queued successfully", await project.RunAsync("""workflows trigger orders {"item":"tea"} --id first"""), StringComparison.Ordinal);
        await project.RunAsync("""workflows trigger orders {"item":"coffee"} --id second""");
        var (again, refused) = await project.TryAsync("""workflows trigger orders {"item":"tea"} --id first""");
        Assert.True(again != 0 && refused.Contains("already_exists", StringComparison.Ordinal), refused);

        await project.RunAsync("""workflows instances send-event orders first --type approval --payload {"by":"Ada"}""");
        string shown;
        do
        {
            shown = await project.RunAsync("workflows instances describe orders first");
        }
        while (!shown.Contains("Completed", StringComparison.Ordinal) && !shown.Contains("Errored", StringComparison.Ordinal));
        Assert.Contains("look up the price-1", shown, StringComparison.Ordinal);
        Assert.Contains("Ada", shown, StringComparison.Ordinal);

        await project.RunAsync("workflows instances pause orders second");
        Assert.Contains("Paused", await project.RunAsync("workflows instances list orders"), StringComparison.Ordinal);
        await project.RunAsync("workflows instances resume orders second");
        await project.RunAsync("workflows instances restart orders second");
        await project.RunAsync("workflows instances terminate orders second");
        Assert.Contains("Terminated", await project.RunAsync("workflows instances describe orders second"), StringComparison.Ordinal);
        await project.RunAsync("workflows delete orders");
        Assert.Contains("no deployed Workflows", await project.RunAsync("workflows list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_is_undone_restarted_from_a_step_and_found_by_its_date()
    {
        await using var server = await ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """
            { "name": "saga", "main": "index.js", "compatibility_date": "2026-11-01",
              "workflows": [{ "name": "sagas", "binding": "SAGAS", "class_name": "Saga" }] }
            """);
        project.Write("index.js", """
            import { WorkflowEntrypoint } from "cloudflare:workers";
            export class Saga extends WorkflowEntrypoint {
              async run(event, step) {
                const undo = { rollback: async ({ ctx, output }) => console.log("undid", ctx.step.name, output) };
                await step.do("reserve", async () => "seat", undo);
                await step.do("charge", async () => "card", undo);
                if (event.payload.fails) throw new Error("out of luck");
                return (await step.waitForEvent("wait", { type: "go" })).payload;
              }
            }
            export default { fetch: () => new Response("saga") };
            """);
        await project.RunAsync("deploy");

        await project.RunAsync("""workflows trigger sagas {"fails":true} --id fails""");
        var failed = await UntilAsync(project, "fails", "Errored");
        // The last of each is where the steps are listed.
        Assert.True(failed.LastIndexOf("rollback: charge-1", StringComparison.Ordinal) is > 0 and var first && failed.LastIndexOf("rollback: reserve-1", StringComparison.Ordinal) > first, failed);
        await server.Printed("undid reserve seat", Cancellation);

        await project.RunAsync("workflows trigger sagas {} --id waits");
        await UntilAsync(project, "waits", "wait-1");
        var (code, refused) = await project.TryAsync("workflows instances restart sagas waits --from-step-name nowhere");
        Assert.True(code != 0 && refused.Contains("Step \"nowhere\" not found in execution history", StringComparison.Ordinal), refused);
        await project.RunAsync("workflows instances restart sagas waits --from-step-name charge");
        await UntilAsync(project, "waits", "wait-1");
        await project.RunAsync("workflows instances terminate sagas waits --rollback");
        Assert.Contains("rollback: reserve-1", await UntilAsync(project, "waits", "Terminated"), StringComparison.Ordinal);

        Assert.Contains("fails", await project.RunAsync("workflows instances list sagas --status errored --date-start 2026-01-01"), StringComparison.Ordinal);
        Assert.Contains("No instances", await project.RunAsync("workflows instances list sagas --date-end 2026-01-01"), StringComparison.Ordinal);
        await project.RunAsync("workflows trigger sagas {} --id last");
        Assert.Contains("has been started", await project.RunAsync("workflows instances terminate-all sagas"), StringComparison.Ordinal);
        await UntilAsync(project, "last", "Terminated");
    }

    private static async Task<string> UntilAsync(WranglerProject project, string instance, string text)
    {
        string shown;
        do
        {
            shown = await project.RunAsync($"workflows instances describe sagas {instance}");
        }
        while (!shown.Contains(text, StringComparison.Ordinal));
        return shown;
    }
}
