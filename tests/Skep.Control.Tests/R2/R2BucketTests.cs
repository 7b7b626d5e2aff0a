using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Tests.R2;

/// <summary>Buckets, objects and rules as wrangler and the dashboard call for them.</summary>
public sealed class R2BucketTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Buckets_are_made_shown_changed_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        var made = await control.ResultAsync(HttpMethod.Post, "r2/buckets", TestControl.Json("""{ "name": "files", "storageClass": "InfrequentAccess", "locationHint": "weur" }"""));
        Assert.Equal(("files", "WEUR", "InfrequentAccess"), (made["name"]!.GetValue<string>(), made["location"]!.GetValue<string>(), made["storage_class"]!.GetValue<string>()));
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Post, "r2/buckets", TestControl.Json("""{ "name": "files" }"""))).Code);
        await MakeAsync(control, "other");
        Assert.Equal(["files", "other"], (await control.ResultAsync(HttpMethod.Get, "r2/buckets"))["buckets"]!.AsArray().Select(each => each!["name"]!.GetValue<string>()));
        var (_, page) = await control.CallAsync(HttpMethod.Get, "r2/buckets?per_page=1");
        Assert.Equal("files", page["result_info"]!["cursor"]!.GetValue<string>());
        Assert.Equal("other", (await control.ResultAsync(HttpMethod.Get, "r2/buckets?per_page=1&cursor=files"))["buckets"]![0]!["name"]!.GetValue<string>());
        using (var change = new HttpRequestMessage(HttpMethod.Patch, $"/client/v4/accounts/{TestControl.Account}/r2/buckets/files"))
        {
            change.Headers.Add("cf-r2-storage-class", "Standard");
            using var changed = await control.Client.SendAsync(change, Cancellation);
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        }

        Assert.Equal("Standard", (await control.ResultAsync(HttpMethod.Get, "r2/buckets/files"))["storage_class"]!.GetValue<string>());
        await control.ResultAsync(HttpMethod.Delete, "r2/buckets/files");
        Assert.Equal(10006, (await control.ErrorAsync(HttpMethod.Get, "r2/buckets/files")).Code);
        Assert.Equal(10006, (await control.ErrorAsync(HttpMethod.Delete, "r2/buckets/files")).Code);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Files")]
    [InlineData("-files")]
    [InlineData("../files")]
    [InlineData("a.b.c")]
    public async Task What_cannot_be_a_name_is_refused(string name)
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(10005, (await control.ErrorAsync(HttpMethod.Post, "r2/buckets", TestControl.Json($$"""{ "name": "{{name}}" }"""))).Code);
    }

    [Fact]
    public async Task Objects_are_stored_read_listed_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "files");
        using ByteArrayContent content = new(Encoding.UTF8.GetBytes("hello"));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/x");
        content.Headers.Expires = DateTimeOffset.UnixEpoch.AddYears(60);
        var stored = await control.ResultAsync(HttpMethod.Put, "r2/buckets/files/objects/dir/a%2Fb%20c%3F", content);
        Assert.Equal("dir/a/b c?", stored["key"]!.GetValue<string>());
        using (var read = await control.Client.GetAsync(new Uri($"/client/v4/accounts/{TestControl.Account}/r2/buckets/files/objects/dir/a%2Fb%20c%3F", UriKind.Relative), Cancellation))
        {
            Assert.Equal(("hello", "text/x", "\"5d41402abc4b2a76b9719d911017c592\""), (await read.Content.ReadAsStringAsync(Cancellation), read.Content.Headers.ContentType!.ToString(), read.Headers.ETag!.Tag));
            Assert.Equal(DateTimeOffset.UnixEpoch.AddYears(60), read.Content.Headers.Expires);
        }

        Assert.Equal((10008, 409), await FailAsync(control, HttpMethod.Delete, "r2/buckets/files"));
        Assert.Equal("dir/a/b c?", (await control.ResultAsync(HttpMethod.Get, "r2/buckets/files/objects?prefix=dir/"))[0]!["key"]!.GetValue<string>());
        Assert.Equal(5, (await control.ResultAsync(HttpMethod.Get, "r2/buckets/files/usage"))["payloadSize"]!.GetValue<int>());
        await control.ResultAsync(HttpMethod.Delete, "r2/buckets/files/objects/dir/a%2Fb%20c%3F");
        Assert.Equal((10007, 404), await FailAsync(control, HttpMethod.Get, "r2/buckets/files/objects/dir/a%2Fb%20c%3F"));
        Assert.Equal((10006, 404), await FailAsync(control, HttpMethod.Put, "r2/buckets/none/objects/a"));
    }

    [Fact]
    public async Task Rules_are_kept_as_they_were_given()
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "files");
        Assert.Equal(10059, (await control.ErrorAsync(HttpMethod.Get, "r2/buckets/files/cors")).Code);
        const string Cors = """{"rules":[{"allowed":{"origins":["https://a.example"],"methods":["GET"]},"maxAgeSeconds":5}]}""";
        await control.ResultAsync(HttpMethod.Put, "r2/buckets/files/cors", TestControl.Json(Cors));
        Assert.Equal(Cors, (await control.ResultAsync(HttpMethod.Get, "r2/buckets/files/cors")).ToJsonString());
        Assert.Contains("is no method", (await control.ErrorAsync(HttpMethod.Put, "r2/buckets/files/cors", TestControl.Json("""{ "rules": [{ "allowed": { "origins": ["*"], "methods": ["LOOK"] } }] }"""))).Message, StringComparison.Ordinal);
        await control.ResultAsync(HttpMethod.Delete, "r2/buckets/files/cors");
        Assert.Contains("Default Multipart Abort Rule", (await control.ResultAsync(HttpMethod.Get, "r2/buckets/files/lifecycle")).ToJsonString(), StringComparison.Ordinal);
        const string Lifecycle = """{"rules":[{"id":"a","enabled":true,"conditions":{"prefix":"logs/"},"deleteObjectsTransition":{"condition":{"type":"Age","maxAge":86400}}}]}""";
        await control.ResultAsync(HttpMethod.Put, "r2/buckets/files/lifecycle", TestControl.Json(Lifecycle));
        Assert.Equal(Lifecycle, (await control.ResultAsync(HttpMethod.Get, "r2/buckets/files/lifecycle")).ToJsonString());
        Assert.Contains("condition", (await control.ErrorAsync(HttpMethod.Put, "r2/buckets/files/lifecycle", TestControl.Json("""{ "rules": [{ "id": "a", "deleteObjectsTransition": {} }] }"""))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "r2/buckets/files/sippy")]
    [InlineData("PUT", "r2/buckets/files/lock")]
    [InlineData("POST", "r2/buckets/files/domains/custom")]
    [InlineData("PUT", "event_notifications/r2/files/configuration/queues/x")]
    public async Task What_there_is_not_is_refused_by_name(string method, string path)
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(10501, (await control.ErrorAsync(new HttpMethod(method), path, method == "GET" ? null : TestControl.Json("{}"))).Code);
    }

    [Fact]
    public async Task Versions_are_bound_to_buckets_that_exist()
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(10085, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: Bound("files")))).Code);
        await MakeAsync(control, "files");
        await MakeAsync(control, "secret");
        await control.DeployAsync("hello", bindings: Bound("files"));
        Assert.Equal(10501, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(
            bindings: """[{ "type": "r2_bucket", "name": "B", "bucket_name": "files", "jurisdiction": "eu" }]"""))).Code);

        // A token for one Worker hands out only what that has.
        using var limited = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "hello"));
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: Bound("files")), limited);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", TestControl.Upload(bindings: Bound("secret")), limited)).Code);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Get, "r2/buckets/files/objects/a", client: limited)).Code);
        Assert.Equal(["files"], (await control.ResultAsync(HttpMethod.Get, "r2/buckets", client: limited))["buckets"]!.AsArray().Select(each => each!["name"]!.GetValue<string>()));
        using var reader = control.ClientWith(await control.TokenAsync(TokenAccess.Read));
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "r2/buckets/files/objects/a", new StringContent("x"), reader)).Code);
    }

    private static string Bound(string bucket) => $$"""[{ "type": "r2_bucket", "name": "B", "bucket_name": "{{bucket}}" }]""";

    private static Task<JsonNode> MakeAsync(TestControl control, string name) => control.ResultAsync(HttpMethod.Post, "r2/buckets", TestControl.Json($$"""{ "name": "{{name}}" }"""));

    private static async Task<(int Code, int Status)> FailAsync(TestControl control, HttpMethod method, string path)
    {
        var (status, envelope) = await control.CallAsync(method, path);
        return (envelope["errors"]![0]!["code"]!.GetValue<int>(), (int)status);
    }
}
