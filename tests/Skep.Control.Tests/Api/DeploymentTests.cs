namespace Skep.Control.Tests.Api;

public sealed class DeploymentTests
{
    [Fact]
    public async Task An_uploaded_version_serves_only_when_it_is_deployed()
    {
        await using var control = await TestControl.StartAsync();
        var first = await control.DeployAsync("hello");
        var second = await UploadVersionAsync(control);
        Assert.Equal(first, await ActiveAsync(control));
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/deployments", Shares((second, 100)));
        Assert.Equal(second, await ActiveAsync(control));
    }

    [Fact]
    public async Task Two_versions_share_by_percentage()
    {
        await using var control = await TestControl.StartAsync();
        var first = await control.DeployAsync("hello");
        var second = await UploadVersionAsync(control);
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/deployments", Shares((first, 99.5), (second, 0.5)));
        var shares = (await control.Catalog.ListDeploymentsAsync("hello", 1))[0].Versions;
        Assert.Equal([(first, 99.5), (second, 0.5)], shares.Select(share => (share.VersionId, share.Percentage)));
    }

    [Theory]
    [InlineData("""{ "versions": [] }""", "one or two versions")]
    [InlineData("""{ "versions": [{ "version_id": "$", "percentage": 60 }] }""", "add up to 100")]
    [InlineData("""{ "versions": [{ "version_id": "$", "percentage": 50 }, { "version_id": "$", "percentage": 50 }] }""", "twice")]
    [InlineData("""{ "versions": [{ "version_id": "$" }] }""", "\"percentage\" is missing")]
    [InlineData("""{ "versions": [{ "version_id": "00000000-0000-0000-0000-000000000000", "percentage": 100 }] }""", "has no version")]
    [InlineData("""{ "strategy": "random", "versions": [{ "version_id": "$", "percentage": 100 }] }""", "\"random\"")]
    public async Task A_deployment_that_makes_no_sense_is_refused(string body, string reason)
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.DeployAsync("hello");
        var (_, message) = await control.ErrorAsync(
            HttpMethod.Post, "workers/scripts/hello/deployments", TestControl.Json(body.Replace("$", id, StringComparison.Ordinal)));
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Single(await control.Catalog.ListDeploymentsAsync("hello", 10));
    }

    [Fact]
    public async Task Going_back_to_other_secrets_must_be_forced()
    {
        await using var control = await TestControl.StartAsync();
        var first = await control.DeployAsync("hello");
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello/secrets", TestControl.Json("""{ "name": "S", "text": "x", "type": "secret_text" }"""));
        Assert.Equal((10220, "The following secrets have changed: S"), await control.ErrorAsync(HttpMethod.Post, "workers/scripts/hello/deployments", Shares((first, 100))));
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/deployments?force=true", Shares((first, 100)));
        Assert.Equal(first, await ActiveAsync(control));
    }

    [Fact]
    public async Task A_version_object_has_what_wrangler_reads()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.DeployAsync("hello", bindings: """[{ "type": "secret_text", "name": "S", "text": "hush" }]""");
        var version = await control.ResultAsync(HttpMethod.Get, $"workers/scripts/hello/versions/{id}");
        Assert.Equal(1, version["number"]!.GetValue<int>());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", version["metadata"]!["created_on"]!.GetValue<string>());
        Assert.Equal("""[{"type":"secret_text","name":"S"}]""", version["resources"]!["bindings"]!.ToJsonString());
        Assert.Equal("""["fetch"]""", version["resources"]!["script"]!["handlers"]!.ToJsonString());
        Assert.Equal("""[{"name":"Admin","handlers":["fetch"]}]""", version["resources"]!["script"]!["named_handlers"]!.ToJsonString());
    }

    [Fact]
    public async Task A_script_that_is_not_there_has_the_code_that_wrangler_knows()
    {
        await using var control = await TestControl.StartAsync();
        foreach (var path in new[] { "workers/services/no", "workers/scripts/no/deployments", "workers/scripts/no/versions", "workers/scripts/no/secrets", "workers/scripts/no/settings", "workers/workers/no" })
            Assert.Equal(10007, (await control.ErrorAsync(HttpMethod.Get, path)).Code);
        Assert.Equal(10007, (await control.ErrorAsync(HttpMethod.Post, "workers/scripts/no/versions", TestControl.Upload())).Code);
    }

    [Fact]
    public async Task A_deleted_script_is_gone()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await control.ResultAsync(HttpMethod.Delete, "workers/services/hello?force=false");
        Assert.Null(await control.Catalog.FindScriptAsync("hello"));
        Assert.Equal(["hello", "hello"], control.Target.Refreshed);
        Assert.Equal(10007, (await control.ErrorAsync(HttpMethod.Delete, "workers/services/hello")).Code);
    }

    private static async Task<string> UploadVersionAsync(TestControl control) =>
        (await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/versions?bindings_inherit=strict", TestControl.Upload()))["id"]!.GetValue<string>();

    private static async Task<string> ActiveAsync(TestControl control) =>
        Assert.Single((await control.Catalog.ListDeploymentsAsync("hello", 1))[0].Versions).VersionId;

    private static StringContent Shares(params (string Version, double Percentage)[] shares) => TestControl.Json(
        $$"""{ "strategy": "percentage", "versions": [{{string.Join(',', shares.Select(share => FormattableString.Invariant($"{{ \"version_id\": \"{share.Version}\", \"percentage\": {share.Percentage} }}")))}}] }""");
}
