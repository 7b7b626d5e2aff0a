using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Api;

public sealed class SettingsTests
{
    private const string Settings = "workers/scripts/hello/settings";

    // wrangler until 4.86 sets many secrets so: what stays is named without its value.
    [Fact]
    public async Task Bindings_that_are_only_named_stay_as_they_are()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """
            [{ "type": "plain_text", "name": "VAR", "text": "1" }, { "type": "secret_text", "name": "OLD", "text": "hush" }, { "type": "plain_text", "name": "LEFT_OUT", "text": "2" }]
            """);
        var answer = await control.ResultAsync(HttpMethod.Patch, Settings, Form("""
            { "bindings": [{ "type": "plain_text", "name": "VAR" }, { "type": "secret_text", "name": "OLD" }, { "type": "secret_text", "name": "NEW", "text": "new" }] }
            """));
        Assert.Equal(
            [new TextBinding("VAR", "1"), new SecretTextBinding("OLD", "hush"), new SecretTextBinding("NEW", "new")], control.Target.Checked.Last().Bindings);
        Assert.DoesNotContain("new", answer["bindings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2, (await control.Catalog.ListDeploymentsAsync("hello", 10)).Count);
    }

    [Fact]
    public async Task What_is_not_named_stays()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """[{ "type": "plain_text", "name": "VAR", "text": "1" }]""");
        var answer = await control.ResultAsync(HttpMethod.Patch, Settings, TestControl.Json(
            """{ "compatibility_date": "2025-06-01", "limits": { "cpu_ms": 50 }, "tags": ["a"], "logpush": true }"""));
        Assert.Equal(
            """["2025-06-01",{"cpu_ms":50},["a"],true]""",
            new JsonArray([.. ((string[])["compatibility_date", "limits", "tags", "logpush"]).Select(name => answer[name]!.DeepClone())]).ToJsonString());
        Assert.Equal([new TextBinding("VAR", "1")], control.Target.Checked.Last().Bindings);
        Assert.Equal(TimeSpan.FromMilliseconds(50), control.Target.Checked.Last().Limits.CpuTime);
    }

    [Fact]
    public async Task Settings_that_belong_to_no_version_make_none()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await control.ResultAsync(HttpMethod.Patch, Settings, TestControl.Json("""{ "tags": ["a"] }"""));
        Assert.Single(await control.Catalog.ListVersionsAsync("hello", 10));
    }

    [Theory]
    [InlineData("""{ "bindings": [{ "type": "secret_text", "name": "NONE" }] }""")]
    [InlineData("""{ "bindings": [{ "type": "inherit", "name": "NONE" }] }""")]
    [InlineData("""{ "compatibility_date": "soon" }""")]
    [InlineData("""not json""")]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(string settings)
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await control.ErrorAsync(HttpMethod.Patch, Settings, Form(settings));
        Assert.Single(await control.Catalog.ListVersionsAsync("hello", 10));
    }

    private static MultipartFormDataContent Form(string settings)
    {
        var part = new StringContent(settings);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new MultipartFormDataContent { { part, "settings" } };
    }
}
