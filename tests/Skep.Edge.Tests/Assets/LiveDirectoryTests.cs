using Skep.Abstractions.Assets;
using Skep.Abstractions.Workers;
using Skep.Edge.Assets;
using Skep.Testing;

namespace Skep.Edge.Tests.Assets;

public sealed class LiveDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_are_served_as_they_are_at_the_moment()
    {
        await using AssetWorker worker = await StartAsync();
        Assert.Equal("404 ", await GetAsync(worker, "/a.txt"));
        Write("a.txt", "one");
        Assert.Equal("200 one", await GetAsync(worker, "/a.txt"));
        Write("a.txt", "changed");
        Assert.Equal("200 changed", await GetAsync(worker, "/a.txt"));
        File.Delete(Path.Combine(_folder.Path, "public", "a.txt"));
        Assert.Equal("404 ", await GetAsync(worker, "/a.txt"));
    }

    [Fact]
    public async Task Rules_are_read_when_they_change()
    {
        await using AssetWorker worker = await StartAsync();
        Write("a.html", "a");
        Write("_redirects", "/old /a 301");
        Write("_headers", "/*\n  X-Who: me");
        var request = new TestRequest("/old");
        worker.Fetch(request);
        TestResponse response = await request.Response;
        Assert.Equal((301, "/a", "me"), (response.Status, response.Header("location"), response.Header("x-who")));
        Write("_redirects", "# none any more");
        Assert.Equal("404 ", await GetAsync(worker, "/old"));
        Assert.Equal("404 ", await GetAsync(worker, "/_redirects"));
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/sub/..%2f..%2fsecret.txt")]
    [InlineData("/sub/%2e%2e%2f%2e%2e%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/secret.txt%00")]
    [InlineData("//secret.txt/..")]
    public async Task No_path_leads_out_of_the_folder(string path)
    {
        Write("../secret.txt", "secret");
        Write("sub/page.html", "page");
        await using AssetWorker worker = await StartAsync();
        Assert.Equal("404 ", await GetAsync(worker, path));
    }

    [Theory]
    [InlineData("*.map", "a.js.map", true)]
    [InlineData("*.map", "deep/a.map", true)]
    [InlineData("/*.map", "deep/a.map", false)]
    [InlineData("private/", "private/a", true)]
    [InlineData("private/", "private", false)]
    [InlineData("deep/private", "deep/private/a/b", true)]
    [InlineData("**/x/*.md", "a/b/x/c.md", true)]
    [InlineData("**/x/*.md", "x/c.md", true)]
    [InlineData("docs/**", "docs/a/b", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[ab].txt", "b.txt", true)]
    [InlineData("[!ab].txt", "b.txt", false)]
    [InlineData("*.txt\n!keep.txt", "keep.txt", false)]
    [InlineData("folder\n!folder/keep", "folder/keep", true)]
    [InlineData("# no\n\\#yes", "#yes", true)]
    [InlineData("", "_headers", true)]
    [InlineData("", ".assetsignore", true)]
    [InlineData("", "sub/_headers", false)]
    public void What_is_ignored_is_no_asset(string rules, string path, bool expected) => Assert.Equal(expected, IgnoreRules.Parse(rules).Ignores(path));

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, "public", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private async Task<AssetWorker> StartAsync()
    {
        string directory = Path.Combine(_folder.Path, "public");
        Directory.CreateDirectory(directory);
        return await AssetWorker.StartAsync(
            new WorkerVersion { Name = "dev", Modules = [], MainModule = "", Assets = new AssetDirectory(directory, new AssetConfiguration()) },
            null,
            _ => throw new InvalidOperationException("There is nothing to start."));
    }

    private static async Task<string> GetAsync(AssetWorker worker, string path)
    {
        var request = new TestRequest(path);
        worker.Fetch(request);
        return (await request.Response).ToString();
    }
}
