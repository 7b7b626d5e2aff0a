using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Routing;

namespace Skep.Control.Tests.Api;

public sealed class CacheTests
{
    private static readonly string Path = $"/zones/{ZoneId.Of("example.com")}/purge_cache";

    [Theory]
    [InlineData("""{"purge_everything":true}""", "everything")]
    [InlineData("""{"files":["http://example.com/a",{"url":"http://example.com/b","headers":{"CF-Device-Type":"mobile"}}]}""", "urls http://example.com/a,http://example.com/b")]
    [InlineData("""{"tags":["a","b"]}""", "tags a,b")]
    [InlineData("""{"hosts":["www.example.com"]}""", "hosts www.example.com")]
    [InlineData("""{"prefixes":["example.com/images"]}""", "prefixes example.com/images")]
    public async Task A_purge_reaches_the_cache(string body, string expected)
    {
        await using var control = await TestControl.StartAsync();
        var result = await control.ResultAsync(HttpMethod.Post, Path, JsonContent.Create(JsonNode.Parse(body)));
        Assert.Equal(ZoneId.Of("example.com"), (string?)result["id"]);
        var purge = Assert.Single(control.Purged);
        Assert.Equal(ZoneId.Of("example.com"), purge.Zone);
        Assert.Equal(expected, Describe(purge));
    }

    [Theory]
    [InlineData("{}", "purge_everything")]
    [InlineData("""{"purge_everything":false}""", "purge_everything")]
    [InlineData("""{"purge_everything":true,"tags":["a"]}""", "purge_everything")]
    [InlineData("""{"files":["/a"]}""", "invalid URL")]
    [InlineData("""{"files":[1]}""", "files")]
    [InlineData("""{"tags":"a"}""", "tags")]
    public async Task What_is_no_purge_is_refused(string body, string message)
    {
        await using var control = await TestControl.StartAsync();
        var (status, envelope) = await control.CallAsync(HttpMethod.Post, Path, JsonContent.Create(JsonNode.Parse(body)));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, (string?)envelope["errors"]![0]!["message"]);
        Assert.Empty(control.Purged);
    }

    [Fact]
    public async Task Who_may_only_look_may_not_purge()
    {
        await using var control = await TestControl.StartAsync();
        using var reader = control.ClientWith(await control.TokenAsync(TokenAccess.Read));
        var (status, _) = await control.CallAsync(HttpMethod.Post, Path, JsonContent.Create(new JsonObject { ["purge_everything"] = true }), reader);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Empty(control.Purged);
    }

    private static string Describe(CachePurge purge) => purge switch
    {
        { Everything: true } => "everything",
        { Urls.Length: > 0 } => $"urls {string.Join(',', purge.Urls)}",
        { Tags.Length: > 0 } => $"tags {string.Join(',', purge.Tags)}",
        { Hosts.Length: > 0 } => $"hosts {string.Join(',', purge.Hosts)}",
        _ => $"prefixes {string.Join(',', purge.Prefixes)}",
    };
}
