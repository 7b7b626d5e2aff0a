using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workflows;

namespace Skep.Control.Tests.Workflows;

/// <summary>Workflows by the REST API.</summary>
public sealed class WorkflowApiTests
{
    [Fact]
    public async Task A_Workflow_belongs_to_a_script_that_is_there()
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(10200, (await control.ErrorAsync(HttpMethod.Get, "workflows/order")).Code);
        Assert.Equal(10007, (await control.ErrorAsync(HttpMethod.Put, "workflows/order", Order)).Code);
        await control.DeployAsync("shop");
        var made = await control.ResultAsync(HttpMethod.Put, "workflows/order", Order);
        var again = await control.ResultAsync(HttpMethod.Put, "workflows/order", Order);
        Assert.Equal(("shop", "Order"), (made["script_name"]!.GetValue<string>(), made["class_name"]!.GetValue<string>()));
        Assert.Equal(made["id"]!.ToJsonString(), again["id"]!.ToJsonString());
        Assert.Single((await control.ResultAsync(HttpMethod.Get, "workflows")).AsArray());
        Assert.Single((await control.ResultAsync(HttpMethod.Get, "workflows/order/versions")).AsArray());
        await control.ResultAsync(HttpMethod.Delete, "workflows/order");
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, "workflows")).AsArray());
    }

    [Theory]
    [InlineData("workflows/a%20b", """{"script_name":"shop","class_name":"Order"}""", "no name of a Workflow")]
    [InlineData("workflows/order", """{"class_name":"Order"}""", "script_name")]
    [InlineData("workflows/order", """{"script_name":"shop","class_name":"Order","limits":{"steps":1000000}}""", "limits.steps")]
    [InlineData("workflows/order", """{"script_name":"shop","class_name":"Order","schedules":[{"cron":"* * * * *"}]}""", "cron trigger")]
    public async Task What_is_wrong_with_a_Workflow_is_said(string path, string body, string reason)
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("shop");
        Assert.Contains(reason, (await control.ErrorAsync(HttpMethod.Put, path, TestControl.Json(body))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_are_made_shown_changed_and_removed()
    {
        await using var control = await StartAsync();
        var made = await control.ResultAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("""{"instance_id":"one","params":{"n":1}}"""));
        Assert.Equal(("one", "queued"), (made["id"]!.GetValue<string>(), made["status"]!.GetValue<string>()));
        Assert.Equal(10202, (await control.ErrorAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("""{"instance_id":"one"}"""))).Code);
        Assert.Equal(10201, (await control.ErrorAsync(HttpMethod.Get, "workflows/order/instances/none")).Code);

        WorkflowTask task = Assert.Single(await control.Workflows.TakeAsync(control.Time.GetUtcNow(), 5));
        await control.Workflows.RecordAsync(task.Run, new WorkflowStep
        {
            Key = "add-1", Name = "add", Kind = WorkflowStepKind.Do, Start = 1, End = 2, Attempts = [new WorkflowAttempt(1, 2, null)], Output = new WorkflowValue([1], "2"), Config = "{}",
        });
        await control.ResultOrNullAsync(HttpMethod.Get, "workflows/order/instances/one");
        var shown = await control.ResultAsync(HttpMethod.Get, "workflows/order/instances/one");
        Assert.Equal("""{"n":1}""", shown["params"]!.ToJsonString());
        Assert.Equal(("add-1", 2), (shown["steps"]![0]!["name"]!.GetValue<string>(), shown["steps"]![0]!["output"]!.GetValue<int>()));

        Assert.Equal("waitingForPause", await ChangeAsync(control, "pause"));
        Assert.Equal("terminated", await ChangeAsync(control, "terminate"));
        Assert.Equal("queued", await ChangeAsync(control, "restart"));
        Assert.Contains("pause, resume, restart or terminate", (await control.ErrorAsync(HttpMethod.Patch, "workflows/order/instances/one/status", TestControl.Json("""{"status":"stop"}"""))).Message, StringComparison.Ordinal);
        var removed = await control.ResultAsync(HttpMethod.Post, "workflows/order/instances/batch/delete", TestControl.Json("""{"instances":["one","two"]}"""));
        Assert.Equal(("one", "two"), (removed["deleted"]![0]!["id"]!.GetValue<string>(), removed["errors"]![0]!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Instances_are_listed_by_status_and_page_and_ended_together()
    {
        await using var control = await StartAsync();
        for (int i = 0; i < 5; i++) await control.ResultAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json($$"""{"instance_id":"i{{i}}"}"""));
        var (_, page) = await control.CallAsync(HttpMethod.Get, "workflows/order/instances?per_page=2");
        string cursor = page["result_info"]!["cursor"]!.GetValue<string>();
        Assert.Equal(["i4", "i3"], Ids(page["result"]!));
        Assert.Equal(["i2", "i1"], Ids(await control.ResultAsync(HttpMethod.Get, $"workflows/order/instances?per_page=2&cursor={cursor}")));
        Assert.Empty(Ids(await control.ResultAsync(HttpMethod.Get, "workflows/order/instances?status=complete")));
        Assert.Contains("no status", (await control.ErrorAsync(HttpMethod.Get, "workflows/order/instances?status=asleep")).Message, StringComparison.Ordinal);
        await control.ResultAsync(HttpMethod.Put, "workflows/order/instances/terminate");
        Assert.Equal(5, Ids(await control.ResultAsync(HttpMethod.Get, "workflows/order/instances?status=terminated")).Count());
    }

    [Fact]
    public async Task A_token_for_another_script_sees_and_changes_nothing()
    {
        await using var control = await StartAsync();
        using var stranger = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "other"));
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, "workflows", client: stranger)).AsArray());
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Get, "workflows/order", client: stranger)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workflows/order", Order, stranger)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("{}"), stranger)).Code);
    }

    private static StringContent Order => TestControl.Json("""{"script_name":"shop","class_name":"Order"}""");

    private static IEnumerable<string> Ids(JsonNode list) => list.AsArray().Select(each => each!["id"]!.GetValue<string>());

    private static async Task<string> ChangeAsync(TestControl control, string status) =>
        (await control.ResultAsync(HttpMethod.Patch, "workflows/order/instances/one/status", TestControl.Json($$"""{"status":"{{status}}"}""")))["status"]!.GetValue<string>();

    private static async Task<TestControl> StartAsync()
    {
        var control = await TestControl.StartAsync();
        await control.DeployAsync("shop");
        await control.ResultAsync(HttpMethod.Put, "workflows/order", Order);
        return control;
    }
}
