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
        foreach (var status in new[] { "stop", "3", "resume,restart" })
        {
            var refusal = await control.ErrorAsync(HttpMethod.Patch, "workflows/order/instances/one/status", TestControl.Json($$"""{"status":"{{status}}"}"""));
            Assert.Contains("pause, resume, restart or terminate", refusal.Message, StringComparison.Ordinal);
        }

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
    public async Task Many_are_made_at_once_and_found_by_when_they_were()
    {
        await using var control = await StartAsync();
        var made = await control.ResultAsync(HttpMethod.Post, "workflows/order/instances/batch", TestControl.Json("""[{"instance_id":"a"},{"instance_id":"b","params":{"n":1}}]"""));
        Assert.Equal(["a", "b"], Ids(made));
        Assert.Equal(["c"], Ids(await control.ResultAsync(HttpMethod.Post, "workflows/order/instances/batch", TestControl.Json("""[{"instance_id":"b"},{"instance_id":"c"}]"""))));
        Assert.Contains("1 to 100 instances", (await control.ErrorAsync(HttpMethod.Post, "workflows/order/instances/batch", TestControl.Json("[]"))).Message, StringComparison.Ordinal);

        var now = control.Time.GetUtcNow();
        Assert.Equal(["c", "b", "a"], Ids(await control.ResultAsync(HttpMethod.Get, $"workflows/order/instances?date_start={now:yyyy-MM-ddTHH:mm:ss.fffZ}&date_end={now.AddDays(1):yyyy-MM-ddTHH:mm:ss.fffZ}")));
        Assert.Empty(Ids(await control.ResultAsync(HttpMethod.Get, $"workflows/order/instances?date_start={now.AddDays(1):yyyy-MM-ddTHH:mm:ss.fffZ}")));
        Assert.Contains("\"date_end\" must be a time", (await control.ErrorAsync(HttpMethod.Get, "workflows/order/instances?date_end=soon")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_is_restarted_from_a_step_and_terminated_with_its_undoing()
    {
        await using var control = await StartAsync();
        await control.ResultAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("""{"instance_id":"one"}"""));
        WorkflowTask task = Assert.Single(await control.Workflows.TakeAsync(control.Time.GetUtcNow(), 5));
        WorkflowStep step = new() { Key = "add-1", Name = "add", Kind = WorkflowStepKind.Do, Start = 1, End = 2, Config = """{"sensitive":"output"}""", Output = new WorkflowValue(null, "2"), HasRollback = true };
        await control.Workflows.RecordAsync(task.Run, step);
        await control.Workflows.RecordAsync(task.Run, step with { Key = "add-2", Start = 3 });
        Assert.Equal("[REDACTED]", (await control.ResultAsync(HttpMethod.Get, "workflows/order/instances/one"))["steps"]![0]!["output"]!.GetValue<string>());

        Assert.Equal("Step \"sub\" not found in execution history", await RefusalAsync("""{"status":"restart","from":{"name":"sub"}}"""));
        Assert.Contains("from.type", await RefusalAsync("""{"status":"restart","from":{"name":"add","type":"make"}}"""), StringComparison.Ordinal);
        Assert.Contains("positive integer", await RefusalAsync("""{"status":"restart","from":{"name":"add","count":0}}"""), StringComparison.Ordinal);
        Assert.Equal("'from' is only valid when restarting.", await RefusalAsync("""{"status":"pause","from":{"name":"add"}}"""));
        Assert.Equal("'rollback' is only valid when terminating.", await RefusalAsync("""{"status":"restart","rollback":true}"""));
        Assert.Equal("queued", await ChangeToAsync(control, """{"status":"restart","from":{"name":"add","count":2}}"""));
        task = Assert.Single(await control.Workflows.TakeAsync(control.Time.GetUtcNow(), 5));
        Assert.Equal("add-1", Assert.Single(task.Steps).Key);

        Assert.Equal("rollingBack", await ChangeToAsync(control, """{"status":"terminate","rollback":true}"""));
        task = Assert.Single(await control.Workflows.TakeAsync(control.Time.GetUtcNow(), 5));
        await control.Workflows.RecordAsync(task.Run, new WorkflowStep { Key = WorkflowStep.RollbackPrefix + "add-1", Name = "add", Kind = WorkflowStepKind.Rollback, Start = 4, End = 5 });
        await control.Workflows.EndAsync(task.Run, new WorkflowOutcome("v1", Output: new WorkflowValue(null, "null")));
        var shown = await control.ResultAsync(HttpMethod.Get, "workflows/order/instances/one");
        Assert.Equal(("terminated", "complete"), (shown["status"]!.GetValue<string>(), shown["rollback"]!["outcome"]!.GetValue<string>()));
        Assert.Equal("rollback: add-1", shown["steps"]![1]!["name"]!.GetValue<string>());

        async Task<string> RefusalAsync(string body) => (await control.ErrorAsync(HttpMethod.Patch, "workflows/order/instances/one/status", TestControl.Json(body))).Message;
    }

    [Theory]
    [InlineData("\"3 days\"", 259_200_000)]
    [InlineData("5000", 5000)]
    public async Task How_long_instances_are_kept_is_said_by_them_or_by_the_Workflow(string given, double milliseconds)
    {
        await using var control = await StartAsync();
        var described = await control.ResultAsync(
            HttpMethod.Put, "workflows/order", TestControl.Json($$$"""{"script_name":"shop","class_name":"Order","default_retention":{"success_retention":{{{given}}}}}"""));
        Assert.Equal(milliseconds, described["default_retention"]!["success_retention"]!.GetValue<double>());
        await control.ResultAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("""{"instance_id":"one","instance_retention":{"error_retention":"1 hour"}}"""));
        await control.ResultAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("""{"instance_id":"two"}"""));
        Assert.Equal(new WorkflowRetention(null, 3_600_000), (await control.Workflows.GetAsync("order", "one")).Retention);
        Assert.Equal(new WorkflowRetention(milliseconds, null), (await control.Workflows.GetAsync("order", "two")).Retention);
        Assert.Contains("must be over 0 and up to 30 days", (await control.ErrorAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("""{"instance_retention":{"error_retention":"31 days"}}"""))).Message, StringComparison.Ordinal);
        Assert.Contains("a text such as", (await control.ErrorAsync(HttpMethod.Post, "workflows/order/instances", TestControl.Json("""{"instance_retention":{"error_retention":"soon"}}"""))).Message, StringComparison.Ordinal);
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

    private static Task<string> ChangeAsync(TestControl control, string status) => ChangeToAsync(control, $$"""{"status":"{{status}}"}""");

    private static async Task<string> ChangeToAsync(TestControl control, string body) =>
        (await control.ResultAsync(HttpMethod.Patch, "workflows/order/instances/one/status", TestControl.Json(body)))["status"]!.GetValue<string>();

    private static async Task<TestControl> StartAsync()
    {
        var control = await TestControl.StartAsync();
        await control.DeployAsync("shop");
        await control.ResultAsync(HttpMethod.Put, "workflows/order", Order);
        return control;
    }
}
