namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>R2 by the real wrangler against a real <c>skep serve</c>.</summary>
public sealed class R2WranglerTests : IDisposable
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
    public async Task Buckets_objects_and_rules_are_managed()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """{ "name": "r2", "main": "index.js", "compatibility_date": "2026-11-01" }""");
        Assert.Contains("Created bucket 'files'", await project.RunAsync("r2 bucket create files"), StringComparison.Ordinal);
        var (again, refused) = await project.TryAsync("r2 bucket create files");
        Assert.True(again != 0 && refused.Contains("already exists", StringComparison.Ordinal), refused);
        Assert.Contains("files", await project.RunAsync("r2 bucket list"), StringComparison.Ordinal);

        project.Write("object.txt", "content of an object");
        await project.RunAsync("r2 object put files/dir/object.txt --file object.txt --content-type text/x --cache-control max-age=1 --remote");
        Assert.Equal("content of an object", (await project.RunAsync("r2 object get files/dir/object.txt --pipe --remote")).Trim());
        var info = await project.RunAsync("r2 bucket info files");
        Assert.Matches("object_count: +1\n", info);
        Assert.Matches("bucket_size: +20 B", info);
        var (kept, notEmpty) = await project.TryAsync("r2 bucket delete files");
        Assert.True(kept != 0 && notEmpty.Contains("not empty", StringComparison.Ordinal), notEmpty);

        await project.RunAsync("r2 bucket lifecycle add files old logs/ --expire-days 3 --force");
        Assert.Contains("Expire objects after 3 days", await project.RunAsync("r2 bucket lifecycle list files"), StringComparison.Ordinal);
        project.Write("cors.json", """{ "rules": [{ "allowed": { "origins": ["https://a.example"], "methods": ["GET"] } }] }""");
        await project.RunAsync("r2 bucket cors set files --file cors.json --force");
        Assert.Contains("https://a.example", await project.RunAsync("r2 bucket cors list files"), StringComparison.Ordinal);
        await project.RunAsync("r2 bucket update storage-class files --storage-class InfrequentAccess");
        Assert.Contains("InfrequentAccess", await project.RunAsync("r2 bucket info files"), StringComparison.Ordinal);
        var (_, domain) = await project.TryAsync("r2 bucket dev-url enable files --force");
        Assert.Contains("Skep does not have this yet", domain, StringComparison.Ordinal);

        await project.RunAsync("r2 object delete files/dir/object.txt --remote");
        var (missing, output) = await project.TryAsync("r2 object get files/dir/object.txt --pipe --remote");
        Assert.True(missing != 0 && output.Contains("does not exist", StringComparison.Ordinal), output);
        await project.RunAsync("r2 bucket delete files");
    }

    [Fact]
    public async Task A_Worker_is_deployed_and_its_bucket_made()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """{ "name": "store", "main": "index.js", "compatibility_date": "2026-11-01", "r2_buckets": [{ "binding": "BUCKET", "bucket_name": "made-by-deploy" }, { "binding": "OTHER_BUCKET" }] }""");
        project.Write("index.js", """
            export default {
              async fetch(request, env) {
                const key = new URL(request.url).pathname.slice(1);
                if (request.method === "PUT") return Response.json((await env.BUCKET.put(key, request.body)).size);
                const object = await env.BUCKET.get(key);
                return object === null ? new Response("none", { status: 404 }) : new Response(object.body, { headers: { etag: object.httpEtag } });
              },
            };
            """);
        await project.RunAsync("deploy");
        Assert.Contains("made-by-deploy", await project.RunAsync("r2 bucket list"), StringComparison.Ordinal);
        Assert.Contains("store-other-bucket", await project.RunAsync("r2 bucket list"), StringComparison.Ordinal);

        // Through a worker process, the link and the supervisor to the disk, and back.
        var content = new byte[20 << 20];
        new Random(1).NextBytes(content);
        using (var put = await SendAsync(server, HttpMethod.Put, "/big", new ByteArrayContent(content))) Assert.Equal("20971520", await put.Content.ReadAsStringAsync(Cancellation));
        using (var get = await SendAsync(server, HttpMethod.Get, "/big", null)) Assert.Equal(content, await get.Content.ReadAsByteArrayAsync(Cancellation));

        // Again: the bindings are those of before.
        await project.RunAsync("deploy");
        project.Write("small.txt", "from the command line");
        await project.RunAsync("r2 object put made-by-deploy/small --file small.txt --remote");
        using (var small = await SendAsync(server, HttpMethod.Get, "/small", null)) Assert.Equal("from the command line", await small.Content.ReadAsStringAsync(Cancellation));
        await project.RunAsync("delete --force");
    }

    private async Task<HttpResponseMessage> SendAsync(ServerProcess server, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{server.Port}{path}") { Content = content };
        request.Headers.Host = "store.localhost";
        return await _client.SendAsync(request, Cancellation);
    }

    private Task<ServerProcess> StartAsync() => ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);
}
