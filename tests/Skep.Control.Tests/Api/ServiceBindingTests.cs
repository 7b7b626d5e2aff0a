using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Api;

/// <summary>Bindings of one Worker to another.</summary>
public sealed class ServiceBindingTests
{
    private const string ToApi = """[{ "type": "service", "name": "API", "service": "api", "environment": "production", "entrypoint": "Admin", "props": { "a": 1 } }]""";

    [Fact]
    public async Task An_upload_can_bind_a_worker_that_is_there()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("api");
        await control.DeployAsync("front", bindings: ToApi);
        Assert.Equal([new ServiceBinding("API", "api", "Admin", """{"a":1}""")], control.Target.Checked.Last().Bindings);
    }

    [Fact]
    public async Task A_worker_can_bind_itself_with_its_first_upload()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("self", bindings: """[{ "type": "service", "name": "ME", "service": "self" }]""");
        Assert.Equal([new ServiceBinding("ME", "self")], control.Target.Checked.Last().Bindings);
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_named()
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(
            (10143, "Could not resolve service binding 'API'. Target script 'api' not found. Please verify the target script and try again."),
            await control.ErrorAsync(HttpMethod.Put, "workers/scripts/front", TestControl.Upload(bindings: ToApi)));
        await control.DeployAsync("api");
        Assert.Equal(
            (10144, "Could not resolve service binding 'API'. Target environment 'staging' not found for target script 'api'. Please verify the target and try again."),
            await control.ErrorAsync(HttpMethod.Put, "workers/scripts/front", TestControl.Upload(bindings: ToApi.Replace("production", "staging", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Who_deletes_a_worker_can_ask_who_is_bound_to_it()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("api");
        Assert.Equal("{}", (await control.ResultAsync(HttpMethod.Get, "workers/scripts/api/references")).ToJsonString());
        await control.DeployAsync("front", bindings: ToApi);
        Assert.Equal(
            """{"services":{"incoming":[{"name":"API","service":"front","environment":"production"}],"outgoing":[]}}""",
            (await control.ResultAsync(HttpMethod.Get, "workers/scripts/api/references")).ToJsonString());
        Assert.Equal(
            """{"services":{"incoming":[],"outgoing":[{"name":"API","service":"api","environment":"production"}]}}""",
            (await control.ResultAsync(HttpMethod.Get, "workers/scripts/front/references")).ToJsonString());
    }
}
