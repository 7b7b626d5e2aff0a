using System.Net;
using System.Text;
using Skep.EndToEnd.Tests.Examples;
using Skep.EndToEnd.Tests.Wrangler;

namespace Skep.EndToEnd.Tests.D1;

/// <summary>drizzle-orm on D1: examples/d1-drizzle, deployed and migrated by the real wrangler.</summary>
public sealed class DrizzleTests : IDisposable
{
    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_library_is_kept()
    {
        Example example = new("d1-drizzle");
        await example.InstallPackages(Cancellation);
        await using var server = await ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);
        using var project = new WranglerProject(server.Output);
        foreach (var file in (string[])["wrangler.jsonc", "package.json", "src/index.ts", "src/schema.ts", "migrations/0001_library.sql"])
            project.Write(file, await File.ReadAllTextAsync(Path.Combine(example.Folder, file), Cancellation));
        project.Link("node_modules", Path.Combine(example.Folder, "node_modules"));
        await project.RunAsync("deploy");
        await project.RunAsync("d1 migrations apply library --remote");

        Assert.Equal("""201 {"id":1,"title":"Emma","tags":["novel","1815"]}""", await SendAsync(server, HttpMethod.Post, "/books", """{"title":"Emma","author":"Jane Austen","tags":["novel","1815"],"cover":[0,255]}"""));
        Assert.Equal("""201 {"id":2,"title":"Persuasion","tags":[]}""", await SendAsync(server, HttpMethod.Post, "/books", """{"title":"Persuasion","author":"Jane Austen"}"""));
        Assert.Equal("""201 {"id":3,"title":"It's a \"title\"","tags":[]}""", await SendAsync(server, HttpMethod.Post, "/books", """{"title":"It's a \"title\"","author":"Ö"}"""));
        Assert.StartsWith("500 ", await SendAsync(server, HttpMethod.Post, "/books", """{"author":"nobody"}"""), StringComparison.Ordinal);
        Assert.Equal("""200 {"id":1,"title":"Emma","authorId":1,"lent":true,"cover":[0,255],"added":true,"tags":["novel","1815"]}""", await SendAsync(server, HttpMethod.Put, "/books/1/lent"));
        Assert.Equal("""404 {"error":"There is no such book."}""", await SendAsync(server, HttpMethod.Put, "/books/9/lent"));
        Assert.Equal(
            """200 [{"name":"Jane Austen","books":[{"title":"Emma","lent":true,"tags":["novel","1815"]},{"title":"Persuasion","lent":false,"tags":[]}]},{"name":"Ö","books":[{"title":"It's a \"title\"","lent":false,"tags":[]}]}]""",
            await SendAsync(server, HttpMethod.Get, "/authors"));
        Assert.Equal("""200 [{"name":"Jane Austen","books":2,"lent":1},{"name":"Ö","books":1,"lent":0}]""", await SendAsync(server, HttpMethod.Get, "/statistics"));
        Assert.Equal("""200 [{"title":"Persuasion"}]""", await SendAsync(server, HttpMethod.Get, "/search?q=sua"));
        Assert.Equal("""200 {"deleted":true}""", await SendAsync(server, HttpMethod.Delete, "/authors/Jane%20Austen"));
        Assert.Equal("""200 [{"name":"Ö","books":1,"lent":0}]""", await SendAsync(server, HttpMethod.Get, "/statistics"));
    }

    private async Task<string> SendAsync(ServerProcess server, HttpMethod method, string path, string? body = null)
    {
        using HttpRequestMessage request = new(method, $"http://127.0.0.1:{server.Port}{path}");
        request.Headers.Host = "d1-drizzle-example.localhost";
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, Cancellation);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
    }
}
