using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Tests.Api;

public sealed class TriggerTests
{
    [Fact]
    public async Task Routes_replace_those_before()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await SetRoutesAsync(control, "hello", "example.com/a/*", "*.example.com/*");
        await SetRoutesAsync(control, "hello", "example.com/b");
        Assert.Equal(["example.com/b"], (await FindAsync(control, "hello")).Routes);
    }

    [Fact]
    public async Task A_route_belongs_to_one_worker()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("one");
        await control.DeployAsync("two");
        await SetRoutesAsync(control, "one", "example.com/*");
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/two/routes", TestControl.Json("""[{ "pattern": "example.com/*" }]"""));
        Assert.Equal(10020, code);
        Assert.Contains("one", message, StringComparison.Ordinal);
        await control.ResultAsync(HttpMethod.Delete, "workers/services/one");
        await SetRoutesAsync(control, "two", "example.com/*");
    }

    [Fact]
    public async Task A_zone_lists_the_routes_of_its_hosts()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await SetRoutesAsync(control, "hello", "api.example.com/*", "other.net/*");
        var zone = (await control.ResultAsync(HttpMethod.Get, "/zones?name=example.com"))[0]!["id"]!.GetValue<string>();
        var route = Assert.Single((await control.ResultAsync(HttpMethod.Get, $"/zones/{zone}/workers/routes")).AsArray());
        Assert.Equal(("api.example.com/*", "hello"), (route!["pattern"]!.GetValue<string>(), route["script"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Custom_domains_are_compared_then_set()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        var wanted = """[{ "hostname": "App.Example.com" }]""";
        var changes = await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/domains/changeset?replace_state=true", TestControl.Json(wanted));
        Assert.Equal("app.example.com", changes["added"]![0]!["hostname"]!.GetValue<string>());
        Assert.Empty((await FindAsync(control, "hello")).CustomDomains);
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello/domains/records", TestControl.Json($$"""{ "origins": {{wanted}} }"""));
        Assert.Equal(["app.example.com"], (await FindAsync(control, "hello")).CustomDomains);
    }

    [Fact]
    public async Task The_subdomain_is_switched_and_told()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        Assert.False((await FindAsync(control, "hello")).Subdomain);
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/hello/subdomain", TestControl.Json("""{ "enabled": true }"""));
        Assert.True((await FindAsync(control, "hello")).Subdomain);
        var subdomain = (await control.ResultAsync(HttpMethod.Get, "workers/workers/hello"))["subdomain"]!;
        Assert.Equal((true, "https://hello.example.com"), (subdomain["enabled"]!.GetValue<bool>(), subdomain["url"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Settings_are_merged()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        await control.ResultAsync(HttpMethod.Patch, "workers/scripts/hello/script-settings", TestControl.Json("""{ "observability": { "enabled": true }, "tags": ["a"] }"""));
        var merged = await control.ResultAsync(HttpMethod.Patch, "workers/scripts/hello/script-settings", TestControl.Json("""{ "logpush": false }"""));
        Assert.Equal("""{"observability":{"enabled":true},"logpush":false,"tags":["a"]}""", merged.ToJsonString());
    }

    private static Task<JsonNode> SetRoutesAsync(TestControl control, string script, params string[] patterns) => control.ResultAsync(
        HttpMethod.Put, $"workers/scripts/{script}/routes", TestControl.Json($"[{string.Join(',', patterns.Select(pattern => $"{{ \"pattern\": \"{pattern}\" }}"))}]"));

    private static async Task<Script> FindAsync(TestControl control, string name) => (await control.Catalog.FindScriptAsync(name))!;
}
