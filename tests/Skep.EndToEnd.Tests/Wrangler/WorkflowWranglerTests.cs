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
        await using var server = await ServerProcess.Start(Cancellation, "serve", "--data", Path.Combine(_data.Folder, "data"), "--control-port", "0");
        await server.Printed("CLOUDFLARE_API_TOKEN", Cancellation);
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
}
