using System.IO.Compression;
using System.Text;
using Skep.Abstractions.Assets;
using Skep.Storage.Assets;
using Skep.Testing;

namespace Skep.Storage.Tests.Assets;

public sealed class AssetStorageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private byte _token;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_committed_is_there_after_a_restart_and_the_rest_is_not()
    {
        var (a, b) = (File("/a.txt", "one"), File("/b.txt", "two"));
        using (var storage = Open())
        {
            var upload = await BeginAsync(storage, "site", a, b);
            using (var batch = storage.Uploads.Store(upload))
            {
                await batch.WriteAsync(a, "text/plain", Content("one"), TestContext.Current.CancellationToken);
                await batch.CommitAsync();
            }

            // A process that dies here leaves a file without a name.
            var lost = storage.Uploads.Store(upload);
            await lost.WriteAsync(b, "text/plain", Content("two"), TestContext.Current.CancellationToken);
            Assert.Single(Directory.GetFiles(storage.Folder.Unnamed));
        }

        using var reopened = Open();
        Assert.Empty(Directory.GetFiles(reopened.Folder.Unnamed));
        var state = await BeginAsync(reopened, "site", a, b);
        Assert.False(await reopened.Uploads.IsCompleteAsync(state));
        Assert.Equal("one", Read(reopened, a.Content));
        Assert.Null(reopened.Files.Open(b.Content, AssetCoding.Identity));
        await StoreAsync(reopened, state, b, "two");
        var files = await reopened.Uploads.CompleteAsync(state);
        Assert.Equal(new AssetEntry(b.Content.Hash, 3, "text/plain"), files!["/b.txt"]);
    }

    [Fact]
    public async Task A_content_that_is_not_what_its_name_says_is_not_stored()
    {
        using var storage = Open();
        var file = File("/a.txt", "one");
        var upload = await BeginAsync(storage, "site", file);
        using var batch = storage.Uploads.Store(upload);
        foreach (var wrong in new[] { "two", "on", "ones" })
            await Assert.ThrowsAsync<InvalidDataException>(() => batch.WriteAsync(file, null, Content(wrong), TestContext.Current.CancellationToken).AsTask());
        await batch.CommitAsync();
        Assert.Empty(Directory.GetFiles(storage.Folder.Unnamed));
        Assert.False(await storage.Uploads.IsCompleteAsync(upload));
    }

    [Fact]
    public async Task Scripts_share_bytes_and_know_nothing_of_each_other()
    {
        using var storage = Open();
        var file = File("/a.txt", "shared");
        await StoreAsync(storage, await BeginAsync(storage, "one", file), file, "shared");
        Assert.False(await storage.Uploads.IsCompleteAsync(await BeginAsync(storage, "two", file)));
        await StoreAsync(storage, await BeginAsync(storage, "two", file), file, "shared");
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await storage.Uploads.CollectAsync("one", new HashSet<string>()));
        Assert.Equal("shared", Read(storage, file.Content));
        Assert.Equal(1, await storage.Uploads.CollectAsync("two", new HashSet<string>()));
        Assert.Null(storage.Files.Open(file.Content, AssetCoding.Identity));
    }

    [Fact]
    public async Task What_a_version_or_an_upload_refers_to_is_not_collected()
    {
        using var storage = Open();
        var (used, fresh) = (File("/used.txt", "used"), File("/fresh.txt", "fresh"));
        await StoreAsync(storage, await BeginAsync(storage, "site", used), used, "used");
        _time.Advance(TimeSpan.FromHours(2));
        await StoreAsync(storage, await BeginAsync(storage, "site", fresh), fresh, "fresh");
        Assert.Equal(0, await storage.Uploads.CollectAsync("site", new HashSet<string> { used.Content.Hash }));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await storage.Uploads.CollectAsync("site", new HashSet<string> { used.Content.Hash }));
        Assert.Equal("used", Read(storage, used.Content));
    }

    [Fact]
    public async Task A_token_opens_its_own_upload_until_it_expires()
    {
        using var storage = Open();
        var upload = new AssetUpload("site", new byte[] { 1 }, new byte[] { 2 }, _time.GetUtcNow() + TimeSpan.FromHours(1), [File("/a", "a")]);
        await storage.Uploads.BeginAsync(upload);
        Assert.Equal("site", (await storage.Uploads.FindAsync(new byte[] { 1 }, completion: false))?.Script);
        Assert.Equal("site", (await storage.Uploads.FindAsync(new byte[] { 2 }, completion: true))?.Script);
        Assert.Null(await storage.Uploads.FindAsync(new byte[] { 1 }, completion: true));
        Assert.Null(await storage.Uploads.FindAsync(new byte[] { 3 }, completion: false));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await storage.Uploads.FindAsync(new byte[] { 1 }, completion: false));
    }

    [Fact]
    public async Task Text_is_compressed_once_and_what_does_not_shrink_is_left_as_it_is()
    {
        var text = string.Concat(Enumerable.Repeat("all work and no play ", 500));
        var random = new byte[5000];
        new Random(1).NextBytes(random);
        var noise = Convert.ToHexString(random).Replace("0", "\u00e9", StringComparison.Ordinal);
        var (page, picture) = (File("/page.html", text), File("/picture.png", noise));
        using (var storage = Open())
        {
            var upload = await BeginAsync(storage, "site", page, picture);
            await StoreAsync(storage, upload, page, text, "text/html");
            await StoreAsync(storage, upload, picture, noise, "image/png");
            await storage.WhenCompressedAsync();
            using var brotli = storage.Files.Open(page.Content, AssetCoding.Brotli)!;
            Assert.InRange(brotli.Length, 1, 200);
            Assert.Equal(text, await new StreamReader(new BrotliStream(brotli, CompressionMode.Decompress)).ReadToEndAsync(TestContext.Current.CancellationToken));
            using var gzip = storage.Files.Open(page.Content, AssetCoding.Gzip)!;
            Assert.Equal(text, await new StreamReader(new GZipStream(gzip, CompressionMode.Decompress)).ReadToEndAsync(TestContext.Current.CancellationToken));
            Assert.Null(storage.Files.Open(picture.Content, AssetCoding.Brotli));
            System.IO.File.Delete(storage.Folder.FileOf(page.Content, AssetCoding.Gzip));
        }

        using var restarted = Open();
        await restarted.WhenCompressedAsync();
        using var again = restarted.Files.Open(page.Content, AssetCoding.Gzip);
        Assert.NotNull(again);
    }

    private AssetStorage Open() => new(_folder.Path, _time);

    private async Task<AssetUploadState> BeginAsync(AssetStorage storage, string script, params AssetUploadFile[] files)
    {
        byte[] token = [_token++];
        await storage.Uploads.BeginAsync(new AssetUpload(script, token, new byte[] { token[0], 1 }, _time.GetUtcNow() + TimeSpan.FromHours(1), files));
        return (await storage.Uploads.FindAsync(token, completion: false))!;
    }

    private static async Task StoreAsync(AssetStorage storage, AssetUploadState upload, AssetUploadFile file, string content, string type = "text/plain")
    {
        using var batch = storage.Uploads.Store(upload);
        await batch.WriteAsync(file, type, Content(content), TestContext.Current.CancellationToken);
        await batch.CommitAsync();
    }

    private static AssetUploadFile File(string path, string content)
    {
        var hash = new AssetHash();
        hash.Append(Encoding.UTF8.GetBytes(content));
        return new AssetUploadFile(path, new AssetContent(hash.Finish(path), Encoding.UTF8.GetByteCount(content)));
    }

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Read(AssetStorage storage, AssetContent content)
    {
        using var reader = new StreamReader(storage.Files.Open(content, AssetCoding.Identity)!);
        return reader.ReadToEnd();
    }
}
