using System.Net;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Api;

public sealed class UploadTests
{
    [Fact]
    public async Task An_upload_becomes_a_version_that_serves()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.DeployAsync("hello", "export default { fetch() {} }", """[{ "type": "plain_text", "name": "A", "text": "1" }, { "type": "json", "name": "B", "json": { "x": [1] } }]""");
        var version = Assert.Single(control.Target.Checked);
        Assert.Equal(id, version.Id);
        Assert.Equal([new TextBinding("A", "1"), new JsonBinding("B", """{"x":[1]}""")], version.Bindings);
        Assert.Equal(["hello"], control.Target.Refreshed);
        var deployments = await control.ResultAsync(HttpMethod.Get, "workers/scripts/hello/deployments");
        Assert.Equal(id, deployments["deployments"]![0]!["versions"]![0]!["version_id"]!.GetValue<string>());
        Assert.Equal(100, deployments["deployments"]![0]!["versions"]![0]!["percentage"]!.GetValue<double>());
    }

    [Fact]
    public async Task Modules_keep_their_names_kinds_and_source_maps()
    {
        await using var control = await TestControl.StartAsync();
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Multipart(
            """{ "main_module": "index.js" }""",
            ("index.js", "application/javascript+module", "export default {}"),
            ("./abc-add.wasm", "application/wasm", "\0asm"),
            ("lib/deep/a.txt", "text/plain", "text"),
            ("old.cjs", "application/javascript", "exports.x = 1"),
            ("b.bin", "application/octet-stream", "data"),
            ("index.js.map", "application/source-map", "{}")));
        var version = Assert.Single(control.Target.Checked);
        Assert.Equal(
            [("index.js", ModuleKind.EsModule), ("./abc-add.wasm", ModuleKind.CompiledWasm), ("lib/deep/a.txt", ModuleKind.Text), ("old.cjs", ModuleKind.CommonJs), ("b.bin", ModuleKind.Data)],
            version.Modules.Select(module => (module.Name, module.Kind)));
        Assert.Equal("{}"u8.ToArray(), version.Modules[0].SourceMap.ToArray());
    }

    [Fact]
    public async Task A_service_worker_is_one_script()
    {
        await using var control = await TestControl.StartAsync();
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Multipart("""{ "body_part": "script" }""", ("script", "application/javascript", "addEventListener")));
        var version = Assert.Single(control.Target.Checked);
        Assert.Equal((ScriptSyntax.ServiceWorker, "script", "2021-11-02"), (version.Syntax, version.MainModule, version.CompatibilityDate));
    }

    [Fact]
    public async Task A_version_that_does_not_start_is_refused_and_changes_nothing()
    {
        await using var control = await TestControl.StartAsync();
        var first = await control.DeployAsync("hello");
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload("throw 1"));
        Assert.Equal((10021, "Uncaught Error: no\n    at index.js:1:7"), (code, message));
        Assert.Equal(first, Assert.Single(await control.Catalog.ListVersionsAsync("hello", 10)).Id);
    }

    [Theory]
    [InlineData("""{ "main_module": "nope.js" }""", "nope.js")]
    [InlineData("""{ }""", "main_module")]
    [InlineData("""{ "main_module": "index.js", "bindings": [{ "type": "pipelines", "name": "P", "pipeline": "x" }] }""", "of type pipelines")]
    [InlineData("""{ "main_module": "index.js", "bindings": [{ "type": "plain_text", "name": "A" }] }""", "\"text\" is missing")]
    [InlineData("""{ "main_module": "index.js", "bindings": [{ "type": "plain_text", "name": "A", "text": "" }, { "type": "json", "name": "A" }] }""", "two bindings named \"A\"")]
    [InlineData("""{ "main_module": "index.js", "bindings": "none" }""", "\"bindings\" must be an array")]
    [InlineData("""{ "main_module": "index.js", "compatibility_date": "tomorrow" }""", "Invalid compatibility date")]
    [InlineData("""{ "main_module": "index.js", "compatibility_date": "2999-01-01" }""", "in the future")]
    [InlineData("""{ "main_module": "index.js", "limits": { "cpu_ms": -1 } }""", "cpu_ms")]
    [InlineData("""{ "main_module": "index.js" """, "no JSON")]
    [InlineData("""[]""", "must be a JSON object")]
    public async Task What_cannot_be_run_is_refused_by_name(string metadata, string reason)
    {
        await using var control = await TestControl.StartAsync();
        var upload = TestControl.Multipart(metadata, ("index.js", "application/javascript+module", "export default {}"));
        var (_, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", upload);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Null(await control.Catalog.FindScriptAsync("hello"));
    }

    [Theory]
    [InlineData("Hello")]
    [InlineData("-a")]
    [InlineData("a.b")]
    [InlineData("a%2Fb")]
    public async Task A_name_that_is_no_host_label_is_refused(string name)
    {
        await using var control = await TestControl.StartAsync();
        Assert.Contains("is no name for a Worker", (await control.ErrorAsync(HttpMethod.Put, $"workers/scripts/{name}", TestControl.Upload())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_over_the_size_limit_is_refused_with_the_number()
    {
        await using var control = await TestControl.StartAsync(options => options with { MaxScriptBytes = 1 << 20 });
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(new string(' ', (1 << 20) + 1)));
        Assert.Equal(10027, code);
        Assert.Contains("1 MiB", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused()
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await control.CallAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Json("{}"))).Status);
    }

    [Fact]
    public async Task Bindings_that_are_not_sent_again_are_gone_but_secrets_stay()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """[{ "type": "plain_text", "name": "A", "text": "1" }, { "type": "secret_text", "name": "S", "text": "hush" }]""");
        await control.DeployAsync("hello");
        Assert.Equal([new SecretTextBinding("S", "hush")], control.Target.Checked.Last().Bindings);
    }

    [Fact]
    public async Task Kept_and_inherited_bindings_come_from_the_version_before()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """[{ "type": "plain_text", "name": "A", "text": "1" }, { "type": "json", "name": "B", "json": 2 }]""");
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: """[{ "type": "inherit", "name": "B" }]""", more: """ "keep_bindings": ["plain_text"] """));
        Assert.Equal([new JsonBinding("B", "2"), new TextBinding("A", "1")], control.Target.Checked.Last().Bindings);
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: """[{ "type": "inherit", "name": "Z" }]"""));
        Assert.Equal(10057, code);
        Assert.StartsWith("inherit binding 'Z' is invalid", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_reach_the_runtime()
    {
        await using var control = await TestControl.StartAsync();
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(more: """ "limits": { "cpu_ms": 50, "subrequests": 7 } """));
        var limits = Assert.Single(control.Target.Checked).Limits;
        Assert.Equal((TimeSpan.FromMilliseconds(50), 7), (limits.CpuTime, limits.Subrequests));
    }
}
