using Skep.Abstractions.Assets;
using Skep.Abstractions.Workers;
using Skep.Control.Assets;

namespace Skep.Control.Tests.Assets;

public sealed class AssetUploadTests
{
    private static readonly TestAsset _page = new("/index.html", "<h1>hi</h1>", "text/html; charset=utf-8");
    private static readonly TestAsset _style = new("/a b/style.css", "body {}", "text/css; charset=utf-8");
    private static readonly TestAsset _bytes = new("/bytes", "?", "application/null");

    [Fact]
    public async Task What_is_missing_is_uploaded_and_attached_to_a_version()
    {
        await using var control = await TestControl.StartAsync();
        var session = await control.BeginAsync("site", _page, _style, _bytes);
        Assert.Equal(
            new[] { _bytes.Hash, _page.Hash, _style.Hash }.Order(StringComparer.Ordinal),
            session["buckets"]!.AsArray().Single()!.AsArray().Select(hash => hash!.GetValue<string>()).Order(StringComparer.Ordinal));
        var token = session["jwt"]!.GetValue<string>();
        var (_, first) = await control.SendAsync(token, _page);
        Assert.Null(first["result"]!["jwt"]);
        var (_, last) = await control.SendAsync(token, _style, _bytes);
        var completion = last["result"]!["jwt"]!.GetValue<string>();
        await control.DeployAssetsAsync("site", completion, """{ "html_handling": "none", "not_found_handling": "404-page", "run_worker_first": ["/api/*"], "_headers": "/*\n X: y" }""");

        var version = Assert.Single(control.Target.Checked);
        var assets = Assert.IsType<UploadedAssets>(version.Assets);
        Assert.Equal(new AssetEntry(_page.Hash, _page.Size, "text/html; charset=utf-8"), assets.Files["/index.html"]);
        Assert.Equal("text/css; charset=utf-8", assets.Files["/a b/style.css"].ContentType);
        Assert.Null(assets.Files["/bytes"].ContentType);
        Assert.Equal((HtmlHandling.None, NotFoundHandling.NotFoundPage, "/*\n X: y"), (assets.Configuration.HtmlHandling, assets.Configuration.NotFoundHandling, assets.Configuration.Headers));
        Assert.Equal(["/api/*"], assets.Configuration.WorkerFirst);
    }

    [Fact]
    public async Task Only_what_changed_is_uploaded_again()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAssetsAsync("site", await control.UploadAsync("site", _page, _style));
        var same = await control.BeginAsync("site", _page, _style);
        Assert.Empty(same["buckets"]!.AsArray());
        var changed = new TestAsset(_page.Path, "<h1>new</h1>", _page.Type);
        var session = await control.BeginAsync("site", changed, _style);
        Assert.Equal(changed.Hash, session["buckets"]![0]!.AsArray().Single()!.GetValue<string>());
        await control.DeployAssetsAsync("site", same["jwt"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_site_can_do_without_a_Worker()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.DeployAssetsAsync("site", await control.UploadAsync("site", _page), worker: false);
        var version = Assert.Single(control.Target.Checked);
        Assert.Equal((id, "", 0), (version.Id, version.MainModule, version.Modules.Length));
        Assert.NotEmpty((await control.ResultAsync(HttpMethod.Get, $"workers/scripts/site/versions/{id}"))["resources"]!["script"]!["etag"]!.GetValue<string>());
    }

    [Fact]
    public async Task Assets_stay_when_a_secret_changes_and_with_keep_assets_and_go_otherwise()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAssetsAsync("site", await control.UploadAsync("site", _page), """{ "not_found_handling": "single-page-application" }""");
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/site/secrets", TestControl.Json("""{ "name": "S", "text": "x", "type": "secret_text" }"""));
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/site", TestControl.Upload(more: "\"keep_assets\": true"));
        await control.DeployAsync("site");
        Assert.Equal([true, true, true, false], control.Target.Checked.Select(version => version.Assets is UploadedAssets { Files.Count: 1, Configuration.NotFoundHandling: NotFoundHandling.SinglePageApplication }));
    }

    [Fact]
    public async Task A_binding_to_assets_needs_some()
    {
        await using var control = await TestControl.StartAsync();
        const string Binding = """[{ "type": "assets", "name": "ASSETS" }]""";
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/site", TestControl.Upload(bindings: Binding));
        Assert.Equal((10021, true), (code, message.Contains("\"ASSETS\" is to static assets", StringComparison.Ordinal)));
        var token = await control.UploadAsync("site", _page);
        await control.ResultAsync(HttpMethod.Put, "workers/scripts/site", TestControl.Upload(bindings: Binding, more: $$"""
            "assets": { "jwt": "{{token}}", "config": {} }
            """));
        Assert.Equal([new AssetsBinding("ASSETS")], Assert.Single(control.Target.Checked).Bindings);
    }

    [Theory]
    [InlineData("""{ "html_handling": "maybe" }""", 10021, "\"assets.html_handling\" is \"maybe\"")]
    [InlineData("""{ "not_found_handling": "500-page" }""", 10021, "\"assets.not_found_handling\" is \"500-page\"")]
    [InlineData("""{ "run_worker_first": ["api"] }""", 10021, "'api': rules must start with '/' or '!/'")]
    [InlineData("""{ "run_worker_first": 1 }""", 10004, "\"run_worker_first\" must be")]
    [InlineData("""{ "_redirects": "/* /index.html 200" }""", 100324, "Invalid _redirects configuration:\nLine 1: Infinite loop detected")]
    [InlineData("""{ "_headers": "X: y" }""", 100324, "Invalid _headers configuration:\nLine 1: Path should come before header")]
    public async Task A_configuration_that_makes_no_sense_is_refused(string config, int expected, string text)
    {
        await using var control = await TestControl.StartAsync();
        var token = await control.UploadAsync("site", _page);
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/site", TestControl.Upload(more: $$"""
            "assets": { "jwt": "{{token}}", "config": {{config}} }
            """));
        Assert.Equal(expected, code);
        Assert.Contains(text, message, StringComparison.Ordinal);
        Assert.Null(await control.Catalog.FindScriptAsync("site"));
    }

    [Fact]
    public async Task What_no_version_refers_to_is_collected_when_its_upload_is_over()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAssetsAsync("site", await control.UploadAsync("site", _page, _style));
        await control.UploadAsync("site", _bytes);
        var collector = new AssetCollector(control.Catalog, control.Assets.Uploads);
        Assert.Equal(0, await collector.CollectAsync());
        control.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await collector.CollectAsync());
        Assert.NotNull(control.Assets.Files.Open(new AssetContent(_page.Hash, _page.Size), AssetCoding.Identity));
        await control.ResultAsync(HttpMethod.Delete, "workers/scripts/site");
        Assert.Equal(2, await collector.CollectAsync());
        Assert.Null(control.Assets.Files.Open(new AssetContent(_page.Hash, _page.Size), AssetCoding.Identity));
    }

    [Fact]
    public async Task A_version_that_was_uploaded_has_a_preview()
    {
        await using var control = await TestControl.StartAsync();
        var id = await control.DeployAsync("site");
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/site/subdomain", TestControl.Json("""{ "enabled": true }"""));
        var subdomain = (await control.ResultAsync(HttpMethod.Get, "workers/workers/site"))["subdomain"]!;
        Assert.Equal((true, "-site.example.com"), (subdomain["previews_enabled"]!.GetValue<bool>(), subdomain["preview_url_suffix"]!.GetValue<string>()));
        Assert.True((await control.ResultAsync(HttpMethod.Get, $"workers/scripts/site/versions/{id}"))["metadata"]!["has_preview"]!.GetValue<bool>());
        await control.ResultAsync(HttpMethod.Post, "workers/scripts/site/subdomain", TestControl.Json("""{ "enabled": true, "previews_enabled": false }"""));
        Assert.False((await control.Catalog.FindScriptAsync("site"))!.Previews);
    }

    [Theory]
    [InlineData("Next")]
    [InlineData("1next")]
    [InlineData("next-")]
    [InlineData("a.b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task An_alias_becomes_part_of_a_host_name(string alias)
    {
        await using var control = await TestControl.StartAsync();
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/site", TestControl.Upload(more: $$"""
            "annotations": { "workers/alias": "{{alias}}" }
            """));
        Assert.Equal((10021, true), (code, message.Contains("alias", StringComparison.Ordinal)));
    }
}
