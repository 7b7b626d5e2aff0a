using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Kv;

public sealed class KvNamespaceTests
{
    private const string Root = "storage/kv/namespaces";

    [Fact]
    public async Task A_namespace_is_made_renamed_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.KvNamespaceAsync("first");
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(10014, (await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json("""{ "title": "first" }"""))).Code);
        await control.ResultAsync(HttpMethod.Put, $"{Root}/{id}", TestControl.Json("""{ "title": "renamed" }"""));
        await control.KvNamespaceAsync("first");
        Assert.Equal(10014, (await control.ErrorAsync(HttpMethod.Put, $"{Root}/{id}", TestControl.Json("""{ "title": "first" }"""))).Code);
        Assert.Equal("renamed", (await control.ResultAsync(HttpMethod.Get, $"{Root}/{id}"))["title"]!.GetValue<string>());
        var (status, _) = await control.CallAsync(HttpMethod.Delete, $"{Root}/{id}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(10013, (await control.ErrorAsync(HttpMethod.Get, $"{Root}/{id}")).Code);
        Assert.Equal(10013, (await control.ErrorAsync(HttpMethod.Get, $"{Root}/{id}/values/a")).Code);
        Assert.Equal(["kv.delete", "kv.create", "kv.rename", "kv.create"], (await control.Catalog.ListAuditAsync(4)).Select(entry => entry.Action));
    }

    // Two of wrangler's clients ask until a page is not full, or empty: a list that never ends would hang them.
    [Fact]
    public async Task The_list_ends()
    {
        await using var control = await TestControl.StartAsync();
        foreach (var title in (string[])["c", "a", "b"]) await control.KvNamespaceAsync(title);
        Assert.Equal(["a", "b"], await TitlesAsync(control, "?per_page=2&order=title&direction=asc&page=1"));
        Assert.Equal(["c"], await TitlesAsync(control, "?per_page=2&order=title&direction=asc&page=2"));
        Assert.Empty(await TitlesAsync(control, "?per_page=2&order=title&direction=asc&page=3"));
        Assert.Empty(await TitlesAsync(control, "?per_page=1000&page=2147483647"));
        Assert.Equal(["c", "b", "a"], await TitlesAsync(control, "?order=title&direction=desc"));
        var (_, envelope) = await control.CallAsync(HttpMethod.Get, $"{Root}?per_page=2");
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{ "page": 1, "per_page": 2, "count": 2, "total_count": 3, "total_pages": 2 }"""), envelope["result_info"]));
    }

    [Theory]
    [InlineData("?per_page=0")]
    [InlineData("?per_page=1001")]
    [InlineData("?page=-1")]
    [InlineData("?order=size")]
    [InlineData("?direction=up")]
    public async Task A_list_that_makes_no_sense_is_refused(string query)
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Get, Root + query)).Code);
    }

    [Fact]
    public async Task A_version_is_bound_to_namespaces_that_exist()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.KvNamespaceAsync("bound");
        await control.DeployAsync("hello", bindings: $$"""[{ "type": "kv_namespace", "name": "KV", "namespace_id": "{{id}}" }]""");
        Assert.Equal([new KvNamespaceBinding("KV", id)], control.Target.Checked.Last().Bindings);
        // As wrangler asks for a binding without an id when the Worker exists.
        await control.DeployAsync("hello", bindings: """[{ "type": "inherit", "name": "KV" }]""");
        Assert.Equal([new KvNamespaceBinding("KV", id)], control.Target.Checked.Last().Bindings);
        var settings = await control.ResultAsync(HttpMethod.Get, "workers/scripts/hello/settings");
        Assert.Equal(id, settings["bindings"]![0]!["namespace_id"]!.GetValue<string>());
        var (code, message) = await control.ErrorAsync(
            HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: """[{ "type": "kv_namespace", "name": "KV", "namespace_id": "nowhere" }]"""));
        Assert.Equal(10041, code);
        Assert.Contains("'nowhere' not found", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_certain_workers_gets_at_no_other_namespaces()
    {
        await using var control = await TestControl.StartAsync();
        string own = await control.KvNamespaceAsync("own"), foreign = await control.KvNamespaceAsync("foreign");
        await control.DeployAsync("mine", bindings: Bound(own));
        using var limited = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "mine"));
        Assert.Equal(["own"], await TitlesAsync(control, "", limited));
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Get, $"{Root}/{own}/values/a", client: limited)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json("""{ "title": "x" }"""), limited)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/mine", TestControl.Upload(bindings: Bound(foreign)), limited)).Code);
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/mine", TestControl.Upload(bindings: Bound(own)), limited);
    }

    [Fact]
    public async Task A_rate_limiter_is_bound_as_it_is_configured()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """[{ "type": "ratelimit", "name": "L", "namespace_id": "7", "simple": { "limit": 5, "period": 10 } }]""");
        Assert.Equal([new RateLimitBinding("L", "7", 5, 10)], control.Target.Checked.Last().Bindings);
        foreach (var simple in (string[])["""{ "limit": 0, "period": 10 }""", """{ "limit": 5, "period": 30 }""", """{ "limit": 5 }"""])
        {
            var upload = TestControl.Upload(bindings: $$"""[{ "type": "ratelimit", "name": "L", "namespace_id": "7", "simple": {{simple}} }]""");
            Assert.Equal(10021, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", upload)).Code);
        }
    }

    private static string Bound(string id) => $$"""[{ "type": "kv_namespace", "name": "KV", "namespace_id": "{{id}}" }]""";

    private static async Task<string[]> TitlesAsync(TestControl control, string query, HttpClient? client = null) =>
        [.. (await control.ResultAsync(HttpMethod.Get, Root + query, client: client)).AsArray().Select(each => each!["title"]!.GetValue<string>())];
}
