using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Api;

/// <summary>Dispatch namespaces, and the user Workers in them.</summary>
public sealed class DispatchNamespaceTests
{
    private const string Root = "workers/dispatch/namespaces";
    private const string Alice = Root + "/customers/scripts/alice";
    private const string Binding = """[{ "type": "dispatch_namespace", "name": "D", "namespace": "customers" }]""";

    [Fact]
    public async Task Namespaces_are_made_listed_shown_renamed_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        var created = await CreateAsync(control, "customers");
        Assert.Equal(("customers", "customers", 0), (created["namespace_id"]!.ToString(), created["namespace_name"]!.ToString(), (int)created["script_count"]!));
        await UploadAsync(control, "alice");
        Assert.Equal(1, (int)(await control.ResultAsync(HttpMethod.Get, Root + "/customers"))["script_count"]!);
        await control.ResultAsync(HttpMethod.Put, Root + "/customers", TestControl.Json("""{ "name": "people" }"""));
        Assert.Equal("people", (await control.ResultAsync(HttpMethod.Get, Root))[0]!["namespace_name"]!.ToString());
        Assert.Equal((100119, "This dispatch namespace does not exist on your account: customers. `wrangler dispatch-namespace list` shows those there are."), await control.ErrorAsync(HttpMethod.Get, Root + "/customers"));
        // Its scripts have come along, and the name is free.
        await control.ResultAsync(HttpMethod.Get, Root + "/people/scripts/alice");
        Assert.Equal("customers~2", (await CreateAsync(control, "customers"))["namespace_id"]!.ToString());
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, Root + "/customers/scripts")).AsArray());
        await control.ResultOrNullAsync(HttpMethod.Delete, Root + "/people");
        Assert.Null(await control.Catalog.FindScriptAsync("customers/alice"));
        Assert.Equal(["customers"], (await control.ResultAsync(HttpMethod.Get, Root)).AsArray().Select(each => each!["namespace_name"]!.ToString()));
    }

    [Theory]
    [InlineData("""{ "name": "customers" }""", 100120, "A dispatch namespace \"customers\" exists already.")]
    [InlineData("""{ "name": "a/b" }""", 10021, "\"a/b\" is no name for a dispatch namespace: use letters, digits, - and _, at most 63 characters.")]
    [InlineData("""{ "name": "b", "trusted_workers": true }""", 10501, "A dispatch namespace whose Workers are trusted (\"trusted_workers\"): Skep does not have this yet.")]
    [InlineData("{}", 10004, "\"name\" is missing.")]
    public async Task What_cannot_be_made_is_refused(string body, int code, string message)
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        Assert.Equal((code, message), await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json(body)));
    }

    [Fact]
    public async Task A_user_worker_is_apart_from_the_script_of_the_same_name()
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await control.DeployAsync("alice", "export default { ordinary() {} }");
        await UploadAsync(control, "alice");
        Assert.Equal("customers/alice", control.Target.Checked.Last().Name);
        Assert.Equal(["alice"], (await control.ResultAsync(HttpMethod.Get, "workers/scripts")).AsArray().Select(each => each!["id"]!.ToString()));
        var shown = await control.ResultAsync(HttpMethod.Get, Alice);
        Assert.Equal(("alice", "customers", "alice"), (shown["id"]!.ToString(), shown["dispatch_namespace"]!.ToString(), shown["script"]!["id"]!.ToString()));
        await control.ResultAsync(HttpMethod.Delete, Alice);
        Assert.Equal(10092, (await control.ErrorAsync(HttpMethod.Get, Alice)).Code);
        await control.ResultAsync(HttpMethod.Get, "workers/services/alice");
    }

    [Theory]
    [InlineData("workers/services/customers%2Falice")]
    [InlineData("workers/scripts/customers%2Falice/settings")]
    public async Task A_user_worker_is_not_reached_by_calls_for_other_scripts(string path)
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await UploadAsync(control, "alice");
        Assert.Equal(10007, (await control.ErrorAsync(HttpMethod.Get, path)).Code);
    }

    [Fact]
    public async Task Nobody_binds_a_user_worker_as_a_service()
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await UploadAsync(control, "alice");
        Assert.Equal(10143, (await control.ErrorAsync(
            HttpMethod.Put, "workers/scripts/front", TestControl.Upload(bindings: """[{ "type": "service", "name": "A", "service": "customers/alice" }]"""))).Code);
    }

    [Fact]
    public async Task A_binding_keeps_to_its_namespace_whatever_that_is_called_later()
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await control.DeployAsync("outbound");
        await control.DeployAsync("dispatcher", bindings:
            """[{ "type": "dispatch_namespace", "name": "D", "namespace": "customers", "outbound": { "worker": { "service": "outbound" }, "params": [{ "name": "a" }, "b"] } }]""");
        var bound = (DispatchNamespaceBinding)Assert.Single(control.Target.Checked.Last().Bindings);
        Assert.Equal(("D", "customers", "outbound"), (bound.Name, bound.NamespaceId, bound.OutboundService));
        Assert.Equal(["a", "b"], bound.OutboundParameters);
        await control.ResultAsync(HttpMethod.Put, Root + "/customers", TestControl.Json("""{ "name": "people" }"""));
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/dispatcher/secrets", TestControl.Json("""{ "name": "S", "text": "t", "type": "secret_text" }"""));
        Assert.Equal("customers", control.Target.Checked.Last().Bindings.OfType<DispatchNamespaceBinding>().Single().NamespaceId);
    }

    [Theory]
    [InlineData("""{ "namespace": "nobody" }""", 100119, "The binding \"D\" is to the dispatch namespace \"nobody\", which does not exist. Create it: wrangler dispatch-namespace create nobody")]
    [InlineData("""{ "namespace": "customers", "outbound": { "worker": { "service": "none" } } }""", 10143, "The outbound Worker 'none' of the dispatch namespace binding 'D' was not found. Deploy it first.")]
    [InlineData("""{ "namespace": "customers", "outbound": {} }""", 10004, "The \"outbound\" of a dispatch namespace has no \"worker\".")]
    [InlineData("{}", 10004, "\"namespace\" is missing.")]
    public async Task What_cannot_be_bound_is_refused(string binding, int code, string message)
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        var whole = (JsonObject)JsonNode.Parse(binding)!;
        (whole["type"], whole["name"]) = ("dispatch_namespace", "D");
        Assert.Equal((code, message), await control.ErrorAsync(HttpMethod.Put, "workers/scripts/dispatcher", TestControl.Upload(bindings: $"[{whole.ToJsonString()}]")));
    }

    [Fact]
    public async Task Secrets_bindings_and_settings_are_those_of_other_scripts()
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await UploadAsync(control, "alice", """[{ "type": "plain_text", "name": "V", "text": "v" }]""");
        await control.ResultAsync(HttpMethod.Put, Alice + "/secrets", TestControl.Json("""{ "name": "S", "text": "hush", "type": "secret_text" }"""));
        Assert.Equal("""[{"name":"S","type":"secret_text"}]""", (await control.ResultAsync(HttpMethod.Get, Alice + "/secrets")).ToJsonString());
        Assert.Equal("""{"name":"S","type":"secret_text"}""", (await control.ResultAsync(HttpMethod.Get, Alice + "/secrets/S")).ToJsonString());
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Get, Alice + "/secrets/T")).Code);
        Assert.Equal([new TextBinding("V", "v"), new SecretTextBinding("S", "hush")], control.Target.Checked.Last().Bindings);
        Assert.Equal("""[{"type":"plain_text","name":"V","text":"v"},{"type":"secret_text","name":"S"}]""", (await control.ResultAsync(HttpMethod.Get, Alice + "/bindings")).ToJsonString());
        // A new upload keeps them.
        await UploadAsync(control, "alice");
        Assert.Equal([new SecretTextBinding("S", "hush")], control.Target.Checked.Last().Bindings);
        await control.ResultAsync(HttpMethod.Delete, Alice + "/secrets/S");
        Assert.Equal("[]", (await control.ResultAsync(HttpMethod.Get, Alice + "/settings"))["bindings"]!.ToJsonString());
    }

    [Fact]
    public async Task Scripts_are_found_and_deleted_by_their_tags()
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await UploadAsync(control, "alice", more: """ "tags": ["customer-1", "beta"] """);
        await UploadAsync(control, "bob", more: """ "tags": ["customer-1"] """);
        await UploadAsync(control, "carol");
        Assert.Equal(["alice", "bob"], await ScriptsAsync(control, "?tags=customer-1:yes"));
        Assert.Equal(["bob"], await ScriptsAsync(control, "?tags=customer-1:yes,beta:no"));
        Assert.Equal((10004, "\"beta\" in \"tags\" must be a tag with :yes or :no, such as customer-1:yes."), await control.ErrorAsync(HttpMethod.Get, Root + "/customers/scripts?tags=beta"));
        await control.ResultAsync(HttpMethod.Put, Root + "/customers/scripts/carol/tags", TestControl.Json("""["gold"]"""));
        await control.ResultAsync(HttpMethod.Put, Root + "/customers/scripts/carol/tags/beta");
        await control.ResultAsync(HttpMethod.Delete, Alice + "/tags/beta");
        Assert.Equal("""["gold","beta"]""", (await control.ResultAsync(HttpMethod.Get, Root + "/customers/scripts/carol/tags")).ToJsonString());
        Assert.Equal(["carol"], await ScriptsAsync(control, "?tags=beta:yes"));
        await control.ResultAsync(HttpMethod.Delete, Root + "/customers/scripts?tags=customer-1:yes");
        Assert.Equal(["carol"], await ScriptsAsync(control, ""));
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Delete, Root + "/customers/scripts")).Code);
        Assert.Equal(
            (10021, "A script can have 8 tags, not 9."),
            await control.ErrorAsync(HttpMethod.Put, Root + "/customers/scripts/carol/tags", TestControl.Json("""["1","2","3","4","5","6","7","8","9"]""")));
    }

    [Fact]
    public async Task A_token_for_certain_workers_may_what_it_was_made_for()
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await UploadAsync(control, "alice");
        using var ordinary = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, ["alice", "dispatcher"]));
        using var one = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, ["customers/alice"]));
        using var all = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, ["customers/*", "dispatcher"]));
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Get, Alice, client: ordinary)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Delete, Root + "/customers", client: ordinary)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/dispatcher", TestControl.Upload(bindings: Binding), ordinary)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json("""{ "name": "more" }"""), one)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Get, Root + "/customers/scripts", client: one)).Code);
        await control.ResultAsync(HttpMethod.Get, Alice, client: one);
        await control.ResultAsync(HttpMethod.Get, Root + "/customers/scripts", client: all);
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/dispatcher", TestControl.Upload(bindings: Binding), all);
    }

    [Fact]
    public async Task What_user_workers_do_not_have_is_not_there()
    {
        await using var control = await TestControl.StartAsync();
        await CreateAsync(control, "customers");
        await UploadAsync(control, "alice");
        foreach (var missing in (ImmutableArray<string>)["versions", "deployments", "schedules", "subdomain", "tails"])
            Assert.Equal(7003, (await control.ErrorAsync(HttpMethod.Get, $"{Alice}/{missing}")).Code);
    }

    private static Task<JsonNode> CreateAsync(TestControl control, string name) =>
        control.ResultAsync(HttpMethod.Post, Root, TestControl.Json($$"""{ "name": "{{name}}" }"""));

    private static Task<JsonNode> UploadAsync(TestControl control, string script, string bindings = "[]", string more = "") =>
        control.ResultAsync(HttpMethod.Put, $"{Root}/customers/scripts/{script}", TestControl.Upload(bindings: bindings, more: more));

    private static async Task<IEnumerable<string>> ScriptsAsync(TestControl control, string query) =>
        (await control.ResultAsync(HttpMethod.Get, $"{Root}/customers/scripts{query}")).AsArray().Select(each => each!["id"]!.ToString());
}
