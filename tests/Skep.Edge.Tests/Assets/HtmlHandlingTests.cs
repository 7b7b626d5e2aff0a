using Skep.Abstractions.Assets;

namespace Skep.Edge.Tests.Assets;

// https://developers.cloudflare.com/workers/static-assets/routing/advanced/html-handling/
public sealed class HtmlHandlingTests
{
    private static readonly TestSite _site = TestSite.Of(
        "/index.html", "/file.html", "/folder/index.html", "/both.html", "/both/index.html", "/plain", "/data.json", "/bin/index", "/a b.html", "/é/index.html", "/exact", "/exact.html");

    [Theory]
    [InlineData("/", "200 /index.html")]
    [InlineData("/index", "307 /")]
    [InlineData("/index.html", "307 /")]
    [InlineData("/file", "200 /file.html")]
    [InlineData("/file.html", "307 /file")]
    [InlineData("/file/", "307 /file")]
    [InlineData("/file/index", "307 /file")]
    [InlineData("/file/index.html", "307 /file")]
    [InlineData("/folder", "307 /folder/")]
    [InlineData("/folder.html", "307 /folder/")]
    [InlineData("/folder/", "200 /folder/index.html")]
    [InlineData("/folder/index", "307 /folder/")]
    [InlineData("/folder/index.html", "307 /folder/")]
    [InlineData("/both", "200 /both.html")]
    [InlineData("/both.html", "307 /both")]
    [InlineData("/both/", "200 /both/index.html")]
    [InlineData("/both/index.html", "307 /both/")]
    [InlineData("/plain", "200 /plain")]
    [InlineData("/plain/", "404")]
    [InlineData("/data.json", "200 /data.json")]
    [InlineData("/data", "404")]
    [InlineData("/bin/index", "200 /bin/index")]
    [InlineData("/bin/", "404")]
    [InlineData("/exact", "200 /exact")]
    [InlineData("/exact.html", "200 /exact.html")]
    [InlineData("/none", "404")]
    public async Task Auto_serves_files_without_and_folders_with_a_slash(string path, string expected) =>
        Assert.Equal(expected, await _site.GetAsync(path));

    [Theory]
    [InlineData("/", "200 /index.html")]
    [InlineData("/index.html", "307 /")]
    [InlineData("/file", "307 /file/")]
    [InlineData("/file.html", "307 /file/")]
    [InlineData("/file/", "200 /file.html")]
    [InlineData("/file/index", "307 /file/")]
    [InlineData("/file/index.html", "307 /file/")]
    [InlineData("/folder", "307 /folder/")]
    [InlineData("/folder.html", "307 /folder/")]
    [InlineData("/folder/", "200 /folder/index.html")]
    [InlineData("/folder/index", "307 /folder/")]
    [InlineData("/folder/index.html", "307 /folder/")]
    [InlineData("/both", "307 /both/")]
    [InlineData("/both.html", "200 /both.html")]
    [InlineData("/both/", "200 /both/index.html")]
    [InlineData("/plain", "200 /plain")]
    [InlineData("/none/", "404")]
    public async Task Force_serves_all_pages_with_a_slash(string path, string expected) =>
        Assert.Equal(expected, await _site.With(site => site with { HtmlHandling = HtmlHandling.ForceTrailingSlash }).GetAsync(path));

    [Theory]
    [InlineData("/", "200 /index.html")]
    [InlineData("/index", "307 /")]
    [InlineData("/index.html", "307 /")]
    [InlineData("/file", "200 /file.html")]
    [InlineData("/file.html", "307 /file")]
    [InlineData("/file/", "307 /file")]
    [InlineData("/file/index", "307 /file")]
    [InlineData("/file/index.html", "307 /file")]
    [InlineData("/folder", "200 /folder/index.html")]
    [InlineData("/folder.html", "307 /folder")]
    [InlineData("/folder/", "307 /folder")]
    [InlineData("/folder/index", "307 /folder")]
    [InlineData("/folder/index.html", "307 /folder")]
    [InlineData("/both", "200 /both.html")]
    [InlineData("/both/", "307 /both")]
    [InlineData("/both/index.html", "200 /both/index.html")]
    [InlineData("/none/", "404")]
    public async Task Drop_serves_all_pages_without_a_slash(string path, string expected) =>
        Assert.Equal(expected, await _site.With(site => site with { HtmlHandling = HtmlHandling.DropTrailingSlash }).GetAsync(path));

    [Theory]
    [InlineData("/", "404")]
    [InlineData("/index.html", "200 /index.html")]
    [InlineData("/file", "404")]
    [InlineData("/file.html", "200 /file.html")]
    [InlineData("/folder/", "404")]
    [InlineData("/folder/index.html", "200 /folder/index.html")]
    public async Task None_serves_every_file_at_its_name(string path, string expected) =>
        Assert.Equal(expected, await _site.With(site => site with { HtmlHandling = HtmlHandling.None }).GetAsync(path));

    [Theory]
    [InlineData("/a%20b", "200 /a b.html")]
    [InlineData("/a%20b.html?x=1", "307 /a%20b?x=1")]
    [InlineData("/%61%20b", "307 /a%20b")]
    [InlineData("/%C3%A9/", "200 /é/index.html")]
    [InlineData("/%c3%a9/", "307 /%C3%A9/")]
    [InlineData("/%C3%A9", "307 /%C3%A9/")]
    [InlineData("/%E9/", "404")]
    [InlineData("/%", "404")]
    [InlineData("//file", "307 /file")]
    [InlineData("//folder//", "307 /folder/")]
    [InlineData("/folder%2F", "307 /folder/")]
    [InlineData("/x/../file?q#f", "200 /file.html")]
    [InlineData("/x/%2e%2E/file", "200 /file.html")]
    [InlineData("/..%2ffile", "404")]
    [InlineData("/\\file", "307 /file")]
    [InlineData("//evil.com/%2e%2e", "307 /")]
    public async Task An_asset_is_served_at_one_spelling_of_its_path(string path, string expected) => Assert.Equal(expected, await _site.GetAsync("http://example.com" + path));
}
