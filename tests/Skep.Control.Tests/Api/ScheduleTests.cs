using System.Text.Json.Nodes;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;

namespace Skep.Control.Tests.Api;

public sealed class ScheduleTests
{
    [Fact]
    public async Task Schedules_replace_those_before_and_keep_their_age()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        var first = await SetAsync(control, "*/5 * * * *", "0 0 * * MON", "*/5 * * * *");
        control.Time.Advance(TimeSpan.FromHours(1));
        var second = await SetAsync(control, "*/5 * * * *", "59 23 LW * *");
        Assert.Equal(["*/5 * * * *", "0 0 * * MON"], first.Select(each => each!["cron"]!.GetValue<string>()));
        Assert.Equal(["*/5 * * * *", "59 23 LW * *"], second.Select(each => each!["cron"]!.GetValue<string>()));
        Assert.Equal(first[0]!["created_on"]!.GetValue<string>(), second[0]!["created_on"]!.GetValue<string>());
        Assert.NotEqual(first[0]!["created_on"]!.GetValue<string>(), second[1]!["created_on"]!.GetValue<string>());
        Assert.Equal(second.ToJsonString(), (await control.ResultAsync(HttpMethod.Get, "workers/scripts/hello/schedules"))["schedules"]!.ToJsonString());
        Assert.Empty(await SetAsync(control));
    }

    [Fact]
    public async Task A_deployment_leaves_them_alone()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await SetAsync(control, "* * * * *");
        await control.DeployAsync("hello");
        Assert.Equal("* * * * *", Assert.Single((await control.Catalog.FindScriptAsync("hello"))!.Schedules).Cron);
    }

    [Theory]
    [InlineData("0 22 * * 0", "invalid cron string: \"0 22 * * 0\": the weekday 0 is not between 1 (Sunday) and 7 (Saturday).")]
    [InlineData("* * * *", "invalid cron string: \"* * * *\": there is no weekday: an expression has five fields (minute, hour, day of month, month, weekday).")]
    [InlineData("@daily", "invalid cron string: \"@daily\": the minute has an unexpected \"@\".")]
    public async Task A_bad_expression_is_refused_with_the_reason(string cron, string reason)
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        Assert.Equal((10100, reason), await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello/schedules", Body(cron)));
        Assert.Empty((await control.Catalog.FindScriptAsync("hello"))!.Schedules);
    }

    [Fact]
    public async Task There_is_a_limit()
    {
        await using var control = await TestControl.StartAsync(options => options with { MaxSchedules = 2 });
        await control.DeployAsync("hello");
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello/schedules", Body("1 * * * *", "2 * * * *", "3 * * * *"));
        Assert.Equal((10072, "You have exceeded the limit of 2 Cron Triggers: there are 3."), (code, message));
    }

    [Fact]
    public async Task Runs_are_told_newest_first()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        var now = control.Time.GetUtcNow();
        var runs = await control.Cron.BeginAsync([new CronDue("hello", "* * * * *", now), new CronDue("hello", "* * * * *", now.AddMinutes(1))], now);
        await control.Cron.EndAsync(runs[0] with { EndedOn = now, Outcome = InvocationOutcome.ExceededCpu, VersionId = "v", Cpu = TimeSpan.FromMilliseconds(1.5), Error = "Error: no" });
        var told = (await control.ResultAsync(HttpMethod.Get, "workers/scripts/hello/schedules/runs")).AsArray();
        Assert.Null(told[0]!["outcome"]);
        Assert.Equal(("exceededCpu", "v", 1.5, "Error: no"), (told[1]!["outcome"]!.GetValue<string>(), told[1]!["version_id"]!.GetValue<string>(), told[1]!["cpu_ms"]!.GetValue<double>(), told[1]!["error"]!.GetValue<string>()));
    }

    private static async Task<JsonArray> SetAsync(TestControl control, params string[] crons) =>
        (await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello/schedules", Body(crons)))["schedules"]!.AsArray();

    private static StringContent Body(params string[] crons) =>
        TestControl.Json(new JsonArray([.. crons.Select(cron => new JsonObject { ["cron"] = cron })]).ToJsonString());
}
