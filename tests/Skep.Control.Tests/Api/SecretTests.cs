using System.Text.Json.Nodes;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Api;

public sealed class SecretTests
{
    [Fact]
    public async Task A_secret_is_a_new_version_in_service()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await PutAsync(control, "KEY", "hush");
        var version = control.Target.Checked.Last();
        Assert.Equal([new SecretTextBinding("KEY", "hush")], version.Bindings);
        Assert.Equal(version.Id, (await control.Catalog.ListDeploymentsAsync("hello", 1))[0].Versions[0].VersionId);
        Assert.Equal("secret", (await control.Catalog.FindVersionAsync("hello", version.Id))!.Annotations["workers/triggered_by"]);
    }

    [Fact]
    public async Task Nothing_that_is_stored_or_shown_has_its_text()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await PutAsync(control, "KEY", "hush-hush");
        foreach (var path in new[] { "workers/scripts/hello/secrets", "workers/scripts/hello/settings", "workers/scripts/hello/versions" })
        {
            var shown = (await control.ResultAsync(HttpMethod.Get, path)).ToJsonString();
            Assert.Contains("KEY", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", shown, StringComparison.Ordinal);
        }

        var stored = (await control.Catalog.ListVersionsAsync("hello", 1))[0];
        Assert.DoesNotContain("hush", stored.Bindings, StringComparison.Ordinal);
        Assert.DoesNotContain(await control.Catalog.ListAuditAsync(10), entry => entry.Detail.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_change_at_once()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """[{ "type": "secret_text", "name": "OLD", "text": "1" }, { "type": "secret_text", "name": "SAME", "text": "2" }]""");
        var body = TestControl.Json("""{ "secrets": { "NEW": { "name": "NEW", "text": "3", "type": "secret_text" }, "OLD": null } }""");
        await control.ResultAsync(HttpMethod.Patch, "workers/scripts/hello/secrets-bulk", body);
        Assert.Equal([new SecretTextBinding("SAME", "2"), new SecretTextBinding("NEW", "3")], control.Target.Checked.Last().Bindings);
    }

    [Theory]
    [InlineData("KEY")]
    [InlineData("a/b c")]
    public async Task A_secret_can_be_removed_whatever_it_is_called(string name)
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await PutAsync(control, name, "x");
        await control.ResultAsync(HttpMethod.Delete, $"workers/scripts/hello/secrets/{Uri.EscapeDataString(name)}?url_encoded=true");
        Assert.Empty(control.Target.Checked.Last().Bindings);
        Assert.Contains("has no secret", (await control.ErrorAsync(HttpMethod.Delete, $"workers/scripts/hello/secrets/{Uri.EscapeDataString(name)}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_not_take_the_name_of_another_binding()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """[{ "type": "plain_text", "name": "A", "text": "1" }]""");
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello/secrets", TestControl.Json("""{ "name": "A", "text": "x" }"""));
        Assert.Equal(10021, code);
        Assert.Contains("'A' already in use", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_not_deploy_a_version_that_nobody_deployed()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/versions", TestControl.Upload());
        Assert.Equal(10215, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello/secrets", TestControl.Json("""{ "name": "A", "text": "x" }"""))).Code);
        var patched = await control.ResultAsync(
            HttpMethod.Patch, "workers/workers/hello/versions/latest", TestControl.Json("""{ "env": { "A": { "type": "secret_text", "text": "x" } } }"""));
        Assert.Equal(3, patched["number"]!.GetValue<int>());
        Assert.Single(await control.Catalog.ListDeploymentsAsync("hello", 10));
    }

    private static Task<JsonNode> PutAsync(TestControl control, string name, string text) => control.ResultAsync(
        HttpMethod.Put, "workers/scripts/hello/secrets", TestControl.Json($$"""{ "name": "{{name}}", "text": "{{text}}", "type": "secret_text" }"""));
}
