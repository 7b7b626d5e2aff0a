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
    public async Task An_upload_can_have_a_worker_loader()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("front", bindings: """[{ "type": "worker_loader", "name": "LOADER" }]""");
        Assert.Equal([new WorkerLoaderBinding("LOADER")], control.Target.Checked.Last().Bindings);
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

    [Fact]
    public async Task A_worker_that_others_need_is_deleted_by_force_only()
    {
        await using var control = await TestControl.StartAsync();
        foreach (var needed in (string[])["api", "out", "logger"]) await control.DeployAsync(needed);
        await control.ResultAsync(HttpMethod.Post, "workers/dispatch/namespaces", TestControl.Json("""{ "name": "customers" }"""));
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/front", TestControl.Upload(
            bindings: """[{ "type": "service", "name": "API", "service": "api" }, { "type": "dispatch_namespace", "name": "D", "namespace": "customers", "outbound": { "worker": { "service": "out" } } }]""",
            more: """ "tail_consumers": [{ "service": "logger" }] """));
        Assert.Equal(
            """{"dispatch_outbounds":[{"namespace":"customers","service":"front","environment":"production"}]}""",
            (await control.ResultAsync(HttpMethod.Get, "workers/scripts/out/references")).ToJsonString());
        foreach (var (needed, by) in ((string, string)[])[("api", "front (service binding API)"), ("out", "front (outbound Worker of D)"), ("logger", "front (tail Worker)")])
        {
            var (code, message) = await control.ErrorAsync(HttpMethod.Delete, $"workers/services/{needed}?force=false");
            Assert.Equal(10064, code);
            Assert.StartsWith($"The Worker \"{needed}\" is in use by {by}.", message, StringComparison.Ordinal);
        }

        await control.ResultAsync(HttpMethod.Delete, "workers/services/api?force=true");
        await control.ResultAsync(HttpMethod.Delete, "workers/scripts/front");
        await control.ResultAsync(HttpMethod.Delete, "workers/scripts/out");
    }
}
