using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Tests.Assets;

public sealed class HostileAssetTests
{
    private static readonly TestAsset _page = new("/index.html", "<h1>hi</h1>");

    [Theory]
    [InlineData("/../index.html")]
    [InlineData("/a/../../b")]
    [InlineData("/a/./b")]
    [InlineData("/a//b")]
    [InlineData("//host/a")]
    [InlineData("/")]
    [InlineData("/a/")]
    [InlineData("index.html")]
    [InlineData("C:/a")]
    [InlineData("/a\\b")]
    [InlineData("/a\\..\\b")]
    [InlineData("/a%2fb")]
    [InlineData("/a%5Cb")]
    [InlineData("/a%00")]
    [InlineData("/a\0b")]
    [InlineData("/a\nb")]
    [InlineData("/\u007f")]
    public async Task A_name_that_could_be_taken_for_another_place_is_refused(string path)
    {
        await using var control = await TestControl.StartAsync();
        await RefusedAsync(control, AssetClient.Manifest(_page with { Path = path }), "cannot be uploaded: its path");
    }

    [Fact]
    public async Task So_is_one_that_is_too_long()
    {
        await using var control = await TestControl.StartAsync();
        await RefusedAsync(control, AssetClient.Manifest(_page with { Path = "/" + new string('a', 2048) }), "longer than 2048 characters");
    }

    [Theory]
    [InlineData("17453d0cfb9bacc76d9f30d3cb9ca04")]
    [InlineData("17453D0CFB9BACC76D9F30D3CB9CA048")]
    [InlineData("../../../../../../etc/passwd/xxx")]
    [InlineData("17453d0cfb9bacc76d9f30d3cb9ca048/../../x")]
    public async Task A_hash_is_32_digits(string hash)
    {
        await using var control = await TestControl.StartAsync();
        await RefusedAsync(control, AssetClient.Manifest(_page with { Hash = hash }), "32 lower-case hexadecimal digits");
    }

    [Theory]
    [InlineData("""{ "manifest": { "/a": { "hash": "17453d0cfb9bacc76d9f30d3cb9ca048", "size": 26214401 } } }""", "Asset too large")]
    [InlineData("""{ "manifest": { "/a": { "hash": "17453d0cfb9bacc76d9f30d3cb9ca048", "size": -1 } } }""", "Asset too large")]
    [InlineData("""{ "manifest": { "/a": { "hash": "17453d0cfb9bacc76d9f30d3cb9ca048", "size": 1.5 } } }""", "Asset too large")]
    [InlineData("""{ "manifest": { "/a": { "hash": "17453d0cfb9bacc76d9f30d3cb9ca048" } } }""", "no \"size\"")]
    [InlineData("""{ "manifest": { "/a": 1 } }""", "must be an object")]
    [InlineData("""{ "manifest": { "/a": { "hash": "17453d0cfb9bacc76d9f30d3cb9ca048", "size": 1 }, "/b": { "hash": "17453d0cfb9bacc76d9f30d3cb9ca048", "size": 2 } } }""", "two sizes")]
    [InlineData("""{ "manifest": [] }""", "must be an object")]
    [InlineData("{}", "\"manifest\" is missing")]
    public async Task A_manifest_that_makes_no_sense_is_refused(string manifest, string expected)
    {
        await using var control = await TestControl.StartAsync();
        await RefusedAsync(control, manifest, expected);
    }

    [Fact]
    public async Task A_version_has_at_most_100_000_files()
    {
        await using var control = await TestControl.StartAsync();
        var manifest = new StringBuilder("""{ "manifest": { """);
        for (var i = 0; i <= 100_000; i++) manifest.Append(null, $"{(i > 0 ? "," : "")}\"/{i}\":{{\"hash\":\"17453d0cfb9bacc76d9f30d3cb9ca048\",\"size\":1}}");
        await RefusedAsync(control, manifest.Append("} }").ToString(), "Maximum number of files exceeded");
    }

    [Fact]
    public async Task A_token_is_good_for_its_own_purpose_until_it_expires()
    {
        await using var control = await TestControl.StartAsync();
        var apiToken = await control.TokenAsync(TokenAccess.Edit);
        var session = await control.BeginAsync("site", _page);
        var token = session["jwt"]!.GetValue<string>();
        foreach (var wrong in new[] { "", "x", apiToken, token + "x", token.ToUpperInvariant(), "eyJhbGciOiJub25lIn0.e30." })
        {
            var (status, envelope) = await control.SendAsync(wrong, _page);
            Assert.Equal((HttpStatusCode.Unauthorized, 9109), (status, envelope["errors"]![0]!["code"]!.GetValue<int>()));
        }

        // Nor does it open anything else.
        using (var client = control.ClientWith(token))
            Assert.Equal(HttpStatusCode.Unauthorized, (await control.CallAsync(HttpMethod.Get, "workers/scripts/site/settings", client: client)).Status);
        control.Time.Advance(TimeSpan.FromMinutes(59));
        var (_, done) = await control.SendAsync(token, _page);
        var completion = done["result"]!["jwt"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.Unauthorized, (await control.SendAsync(completion, _page)).Status);
        control.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await control.SendAsync(token, _page)).Status);
        await AttachRefusedAsync(control, "site", completion, "or it has expired");
    }

    [Fact]
    public async Task Only_the_completed_upload_of_the_script_itself_can_be_attached()
    {
        await using var control = await TestControl.StartAsync();
        var session = await control.BeginAsync("site", _page);
        await AttachRefusedAsync(control, "site", session["jwt"]!.GetValue<string>(), "not the token of a completed upload");
        var completion = await control.UploadAsync("site", _page);
        await AttachRefusedAsync(control, "other", completion, "not the token of a completed upload of other's assets");
        await AttachRefusedAsync(control, "site", "forged", "not the token of a completed upload");
    }

    [Fact]
    public async Task A_token_for_one_Worker_uploads_nothing_to_another()
    {
        await using var control = await TestControl.StartAsync();
        using var limited = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "mine"));
        var (code, _) = await control.ErrorAsync(HttpMethod.Post, "workers/scripts/site/assets-upload-session", TestControl.Json(AssetClient.Manifest(_page)), limited);
        Assert.Equal(10000, code);
        using var reader = control.ClientWith(await control.TokenAsync(TokenAccess.Read));
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Post, "workers/scripts/site/assets-upload-session", TestControl.Json(AssetClient.Manifest(_page)), reader)).Code);
    }

    [Fact]
    public async Task Whether_another_Worker_has_a_file_cannot_be_learned()
    {
        await using var control = await TestControl.StartAsync();
        await control.UploadAsync("site", _page);
        Assert.Single((await control.BeginAsync("other", _page))["buckets"]!.AsArray());
    }

    [Theory]
    [InlineData("PGgxPmhpPC9oMT4", "cannot be read")]
    [InlineData("PGgxPmhpPC9oMT4=\n", "cannot be read")]
    [InlineData("not base64!", "cannot be read")]
    [InlineData("PGgxPmhvPC9oMT4=", "has the hash")]
    [InlineData("PGgxPmhpPC9oMT4=PGgxPg==", "cannot be read")]
    [InlineData("", "has 0 bytes")]
    [InlineData("PGgxPmhpPC9oMT5tb3Jl", "more than the 11 bytes")]
    public async Task A_content_that_is_not_what_was_announced_is_refused(string base64, string expected)
    {
        await using var control = await TestControl.StartAsync();
        var token = (await control.BeginAsync("site", _page))["jwt"]!.GetValue<string>();
        var (status, envelope) = await control.SendAsync(token, _page with { Base64 = base64 });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, envelope["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Single((await control.BeginAsync("site", _page))["buckets"]!.AsArray());
    }

    [Fact]
    public async Task A_part_that_was_not_announced_is_not_read_and_what_came_with_it_is_not_stored()
    {
        await using var control = await TestControl.StartAsync();
        var token = (await control.BeginAsync("site", _page))["jwt"]!.GetValue<string>();
        var (status, envelope) = await control.SendAsync(token, _page, new TestAsset("/other.html", new string('x', 5_000_000)));
        Assert.Equal((HttpStatusCode.BadRequest, true), (status, Message(envelope).Contains("which is no hash of the manifest", StringComparison.Ordinal)));
        Assert.Single((await control.BeginAsync("site", _page))["buckets"]!.AsArray());
    }

    [Fact]
    public async Task A_multipart_body_is_bounded()
    {
        await using var control = await TestControl.StartAsync();
        var token = (await control.BeginAsync("site", _page))["jwt"]!.GetValue<string>();
        var many = await control.SendAsync(token, [.. Enumerable.Repeat(_page, 1001)]);
        Assert.Contains("more than 1000 parts", Message(many.Envelope), StringComparison.Ordinal);
        foreach (var (body, expected) in new[]
        {
            ("--b\r\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"X-{i}: y\r\n")) + "\r\n\r\n--b--", "cannot be read"),
            ("--b\r\nContent-Disposition: form-data; name=\"" + new string('a', 10_000) + "\"\r\n\r\nx\r\n--b--", "cannot be read"),
            ("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", "has no name"),
            ($"--b\r\nContent-Disposition: form-data; name=\"{_page.Hash}\"\r\n\r\n{_page.Base64}", "cannot be read"),
            ($"--b\r\nContent-Disposition: form-data; name=\"{_page.Hash}\"\r\nContent-Type: {new string('t', 300)}\r\n\r\n{_page.Base64}\r\n--b--", "is no content type"),
        })
        {
            using var content = new StringContent(body);
            content.Headers.Remove("Content-Type");
            content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
            var (status, envelope) = await control.SendAsync(token, content);
            Assert.Equal((HttpStatusCode.BadRequest, true), (status, Message(envelope).Contains(expected, StringComparison.Ordinal)));
        }

        Assert.Single((await control.BeginAsync("site", _page))["buckets"]!.AsArray());
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=b", "", "base64=true")]
    [InlineData("application/json", "?base64=true", "multipart/form-data")]
    [InlineData("multipart/form-data", "?base64=true", "multipart/form-data")]
    public async Task It_must_be_Base64_in_multipart(string type, string query, string expected)
    {
        await using var control = await TestControl.StartAsync();
        var token = (await control.BeginAsync("site", _page))["jwt"]!.GetValue<string>();
        using var content = new StringContent("--b--");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Contains(expected, Message((await control.SendAsync(token, content, query)).Envelope), StringComparison.Ordinal);
    }

    private static string Message(JsonObject envelope) => envelope["errors"]![0]!["message"]!.GetValue<string>();

    private static async Task RefusedAsync(TestControl control, string manifest, string expected)
    {
        var (_, message) = await control.ErrorAsync(HttpMethod.Post, "workers/scripts/site/assets-upload-session", TestControl.Json(manifest));
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private static async Task AttachRefusedAsync(TestControl control, string script, string token, string expected)
    {
        var (code, message) = await control.ErrorAsync(HttpMethod.Put, $"workers/scripts/{script}", TestControl.Upload(more: $$"""
            "assets": { "jwt": "{{token}}", "config": {} }
            """));
        Assert.Equal(10021, code);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Null(await control.Catalog.FindScriptAsync(script));
    }
}
