using System.Text;
using Skep.Abstractions.Kv;

namespace Skep.Storage.Tests.Kv;

public sealed class SqliteKvStoreTests : KvTest
{
    [Fact]
    public async Task A_pair_comes_back_with_what_was_stored_beside_it()
    {
        await PutAsync("grüße\0🙂", "value", 2_000_000, """{"a":1}""");
        using var entry = await Store.GetAsync(Id, "grüße\0🙂", Cancellation);
        Assert.NotNull(entry);
        Assert.Equal("value", Encoding.UTF8.GetString(entry.Value.Span));
        Assert.Equal((2_000_000, """{"a":1}"""), (entry.Expiration, entry.Metadata));
    }

    [Fact]
    public async Task A_pair_is_there_after_a_restart()
    {
        await PutAsync("a", "kept");
        await ReopenAsync();
        Assert.Equal("kept", await GetAsync("a"));
    }

    [Fact]
    public async Task A_write_replaces_all_of_the_pair()
    {
        await PutAsync("a", "1", 2_000_000, "1");
        await PutAsync("a", "2");
        using var entry = await Store.GetAsync(Id, "a", Cancellation);
        Assert.Equal((null, null, 1), (entry!.Expiration, entry.Metadata, entry.Value.Length));
    }

    [Fact]
    public async Task What_was_read_once_is_answered_on_the_callers_thread()
    {
        await PutAsync("a", "1");
        Assert.Equal("1", await GetAsync("a"));
        var read = Store.GetAsync(Id, "a", Cancellation);
        Assert.True(read.IsCompletedSuccessfully);
        (await read)!.Dispose();
    }

    [Fact]
    public async Task Values_are_as_long_as_they_may_be()
    {
        var bytes = new byte[KvRules.MaxValueBytes];
        Random.Shared.NextBytes(bytes);
        await Store.WriteAsync(Id, [new KvWrite("big", bytes), new KvWrite("empty", ReadOnlyMemory<byte>.Empty)]);
        using var big = await Store.GetAsync(Id, "big", Cancellation);
        using var empty = await Store.GetAsync(Id, "empty", Cancellation);
        Assert.True(big!.Value.Span.SequenceEqual(bytes));
        Assert.Equal(0, empty!.Value.Length);
    }

    [Fact]
    public async Task A_batch_is_done_in_its_order()
    {
        await Store.WriteAsync(Id, [new KvWrite("a", "1"u8.ToArray()), new KvWrite("b", "1"u8.ToArray()), new KvWrite("a", null), new KvWrite("b", "2"u8.ToArray())]);
        Assert.Null(await GetAsync("a"));
        Assert.Equal("2", await GetAsync("b"));
    }

    [Fact]
    public async Task Several_are_read_in_the_order_of_their_keys_up_to_so_many_bytes()
    {
        await PutAsync("a", "12345");
        await PutAsync("b", "67890");
        var entries = await Store.GetManyAsync(Id, ["b", "none", "a"], 10, Cancellation);
        Assert.Equal(["67890", null, "12345"], entries.Select(entry => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span)));
        foreach (var entry in entries) entry?.Dispose();
        var refused = await Assert.ThrowsAsync<KvException>(async () => await Store.GetManyAsync(Id, ["a", "b"], 9, Cancellation));
        Assert.Equal(413, refused.Status);
    }

    [Fact]
    public async Task Keys_are_listed_in_pages_in_the_order_of_their_bytes()
    {
        foreach (var key in (string[])["b", "a/2", "a", "a/\uffee", "a/\U0001f642", "a/", "a0"]) await PutAsync(key, "");
        Assert.Equal(["a", "a/", "a/2", "a/\uffee", "a/\U0001f642", "a0", "b"], await ListAsync(new KvListQuery(Limit: 2)));
        Assert.Equal(["a/", "a/2", "a/\uffee", "a/\U0001f642"], await ListAsync(new KvListQuery("a/", Limit: 3)));
        Assert.Equal(["a/", "a/2", "a/\uffee", "a/\U0001f642"], await ListAsync(new KvListQuery("a/", Limit: 4)));
        Assert.Empty(await ListAsync(new KvListQuery("c")));
    }

    [Fact]
    public async Task A_list_goes_on_whatever_was_written_meanwhile()
    {
        foreach (var key in (string[])["a", "b", "c", "d"]) await PutAsync(key, "");
        var page = await Store.ListAsync(Id, new KvListQuery(Limit: 2), Cancellation);
        await Store.WriteAsync(Id, [new KvWrite("b", null), new KvWrite("aa", ""u8.ToArray())]);
        var next = await Store.ListAsync(Id, new KvListQuery(Cursor: page.Cursor), Cancellation);
        Assert.Equal(["c", "d"], next.Keys.Select(key => key.Name));
    }

    [Fact]
    public async Task A_namespace_that_does_not_exist_is_not_made_by_using_it()
    {
        const string Nowhere = "ffffffffffffffffffffffffffffffff";
        Assert.Equal(404, (await RefusedAsync(PutAsync("a", "1", id: Nowhere))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<KvException>(() => GetAsync("a", Nowhere))).Status);
        Assert.Single(Directory.GetFiles(Folder, "*.db"));
    }

    [Fact]
    public async Task A_namespace_that_was_dropped_is_gone_with_its_file()
    {
        await PutAsync("a", "1");
        await Store.DropNamespaceAsync(Id);
        Assert.Equal(404, (await RefusedAsync(PutAsync("a", "2"))).Status);
        Assert.Empty(Directory.GetFiles(Folder));
        await Store.CreateNamespaceAsync(Id);
        Assert.Null(await GetAsync("a"));
    }

    [Theory]
    [InlineData("../../outside")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("<your id>")]
    public async Task No_id_leads_out_of_the_folder(string id)
    {
        await ReopenAsync(options => options with { CreateMissing = true });
        await PutAsync("a", id, id: id);
        Assert.Equal(id, await GetAsync("a", id));
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(Folder)!, "*", SearchOption.AllDirectories), file => Assert.Equal(Folder, Path.GetDirectoryName(file)));
    }

    [Fact]
    public async Task Many_namespaces_share_few_open_files()
    {
        await ReopenAsync(options => options with { CreateMissing = true, OpenNamespaces = 8 });
        string[] ids = [.. Enumerable.Range(0, 300).Select(number => $"n{number}")];
        await Parallel.ForEachAsync(ids, Cancellation, async (id, _) => await PutAsync("a", id, id: id));
        foreach (var id in ids) Assert.Equal(id, await GetAsync("a", id));
        // Those that are closing still count for a moment; a file has three descriptors for each connection.
        var open = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(each => each.LinkTarget?.StartsWith(Folder, StringComparison.Ordinal) == true);
        Assert.True(open < 300, $"{open} descriptors are open.");
    }

    [Fact]
    public async Task Writers_and_readers_of_a_namespace_do_not_wait_for_each_other()
    {
        var writing = Enumerable.Range(0, 200).Select(number => PutAsync($"k{number % 20}", $"{number}").AsTask()).ToArray();
        var reading = Enumerable.Range(0, 200).Select(number => GetAsync($"k{number % 20}")).ToArray();
        await Task.WhenAll(writing);
        await Task.WhenAll(reading);
        for (var key = 0; key < 20; key++) Assert.Equal($"{key + 180}", await GetAsync($"k{key}"));
    }

    private async Task<List<string>> ListAsync(KvListQuery query)
    {
        List<string> names = [];
        for (; ;)
        {
            var page = await Store.ListAsync(Id, query, Cancellation);
            Assert.True(page.Keys.Count <= query.Limit);
            names.AddRange(page.Keys.Select(key => key.Name));
            if (page.Cursor is null) return names;
            query = query with { Cursor = page.Cursor };
        }
    }
}
