using Skep.Abstractions.Objects;
using Skep.Storage.Objects;

namespace Skep.Storage.Tests.Objects;

/// <summary>Databases of facets: beside the object's own, as durable, and gone when they are deleted.</summary>
public sealed class ObjectFacetTests : ObjectTest
{
    private string FacetsFolder => Path.ChangeExtension(PathOf(Address(1)), null) + "-facets";

    [Fact]
    public async Task Each_name_has_a_database_of_its_own()
    {
        await using (var parent = await OpenAsync())
        {
            await using var one = await parent.Facets.Find("one").OpenAsync(Cancellation);
            await using var two = await parent.Facets.Find("an/odd\0name").OpenAsync(Cancellation);
            await using var inner = await one.Facets.Find("one").OpenAsync(Cancellation);
            foreach (var (storage, value) in new[] { (parent, "parent"), (one, "one"), (two, "two"), (inner, "inner") })
            {
                Put(storage, "a", value);
                await CommitAsync(storage);
            }

            Assert.Equal(["1"], Sql(one, "SELECT 1"));
        }

        await ReopenAsync();
        await using var again = await OpenAsync();
        await using var first = await again.Facets.Find("one").OpenAsync(Cancellation);
        await using var second = await again.Facets.Find("an/odd\0name").OpenAsync(Cancellation);
        await using var within = await first.Facets.Find("one").OpenAsync(Cancellation);
        Assert.Equal(("parent", "one", "two", "inner"), (Get(again, "a"), Get(first, "a"), Get(second, "a"), Get(within, "a")));
        // Objects are listed, facets are not.
        Assert.Equal([Address(1).Id], (await Store.ListAsync(NamespaceId, null, 10)).Select(each => each.Id));
    }

    [Fact]
    public async Task A_facet_that_stores_nothing_makes_no_file()
    {
        await using var parent = await OpenAsync();
        parent.Facets.Delete("one");
        parent.DeleteAll(alarm: true);
        await using (var facet = await parent.Facets.Find("one").OpenAsync(Cancellation)) Assert.Null(Get(facet, "a"));
        await CommitAsync(parent);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task A_facet_has_no_alarm()
    {
        await using var parent = await OpenAsync();
        await using var facet = await parent.Facets.Find("one").OpenAsync(Cancellation);
        Assert.Null(facet.Alarm);
        facet.Alarm = null;
        Assert.Null(facet.Commit().Durable);
    }

    [Fact]
    public async Task A_deleted_facet_begins_anew_with_its_own_gone_too()
    {
        await using var parent = await OpenAsync();
        await StoreAsync(parent, "one", "before");
        await StoreAsync(parent, "two", "kept");
        parent.Facets.Delete("one");
        var sweeping = parent.Facets.SweepAsync(Task.CompletedTask);
        // At once, in the turn that deletes.
        var next = parent.Facets.Find("one");
        await CommitAsync(parent);
        await sweeping;
        Assert.Single(Directory.EnumerateFiles(FacetsFolder, "*.sqlite", SearchOption.AllDirectories));
        await using (var facet = await next.OpenAsync(Cancellation))
        {
            Assert.Null(Get(facet, "a"));
            Put(facet, "a", "after");
            await CommitAsync(facet);
        }

        Assert.Equal(("after", "kept"), (await ReadAsync(parent, "one"), await ReadAsync(parent, "two")));
        await parent.DisposeAsync();
        await ReopenAsync();
        await using var again = await OpenAsync();
        Assert.Equal(("after", "kept"), (await ReadAsync(again, "one"), await ReadAsync(again, "two")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_facet_writes_while_it_is_deleted_is_deleted(bool all)
    {
        await using var parent = await OpenAsync();
        var facet = await parent.Facets.Find("one").OpenAsync(Cancellation);
        if (all) parent.DeleteAll(alarm: true);
        else parent.Facets.Delete("one");
        Put(facet, "a", "late");
        await CommitAsync(facet);
        await facet.DisposeAsync();
        await CommitAsync(parent);
        Assert.Null(await ReadAsync(parent, "one"));
    }

    [Fact]
    public async Task A_deletion_that_is_not_committed_has_not_been()
    {
        await using (var parent = await OpenAsync())
        {
            await StoreAsync(parent, "one", "kept");
            parent.Facets.Delete("one");
            var sweeping = parent.Facets.SweepAsync(Task.CompletedTask);
            // The object ends within its turn, as when it is reset.
            await parent.DisposeAsync();
            await sweeping;
        }

        await using var again = await OpenAsync();
        Assert.Equal("kept", await ReadAsync(again, "one"));
    }

    [Fact]
    public async Task A_transaction_that_could_be_undone_cannot_delete_facets()
    {
        await using var parent = await OpenAsync();
        await StoreAsync(parent, "one", "kept");
        var transaction = parent.Begin();
        var refused = Assert.Throws<ObjectStorageException>(() => parent.Facets.Delete("one"));
        Assert.Equal("Cannot call facets.delete() within a transaction", refused.Message);
        parent.End(transaction, keep: true);
        await CommitAsync(parent);
        Assert.Equal("kept", await ReadAsync(parent, "one"));
    }

    [Fact]
    public async Task DeleteAll_deletes_facets_with_the_rest()
    {
        await using var parent = await OpenAsync();
        // The object itself has stored nothing.
        await StoreAsync(parent, "one", "before");
        parent.DeleteAll(alarm: true);
        var sweeping = parent.Facets.SweepAsync(Task.CompletedTask);
        await CommitAsync(parent);
        await sweeping;
        Assert.Empty(Directory.EnumerateFileSystemEntries(FacetsFolder));
        Assert.Null(await ReadAsync(parent, "one"));
        await StoreAsync(parent, "one", "after");
        await parent.DisposeAsync();
        await using var again = await OpenAsync();
        Assert.Equal("after", await ReadAsync(again, "one"));
    }

    [Fact]
    public async Task What_a_crash_left_of_deleted_facets_goes_when_the_object_is_next_opened()
    {
        await using (var parent = await OpenAsync())
        {
            await StoreAsync(parent, "one", "old");
            parent.Facets.Delete("one");
            await CommitAsync(parent);
            await StoreAsync(parent, "one", "new");
        }

        // The sweep did not come.
        Assert.Equal(2, Directory.EnumerateFiles(FacetsFolder, "*.sqlite", SearchOption.AllDirectories).Count());
        await ReopenAsync();
        await using (var again = await OpenAsync()) Assert.Equal("new", await ReadAsync(again, "one"));
        // Waits for what is still being removed.
        await ReopenAsync();
        Assert.Single(Directory.EnumerateFiles(FacetsFolder, "*.sqlite", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_former_host_cannot_write_facets_any_more()
    {
        await using (var later = await Store.OpenAsync(Address(1), WithSql, epoch: 2, Cancellation)) await StoreAsync(later, "one", "2");
        await using var former = await Store.OpenAsync(Address(1), WithSql, epoch: 1, Cancellation);
        var refused = await Assert.ThrowsAsync<ObjectUnavailableException>(async () => await former.Facets.Find("one").OpenAsync(Cancellation));
        Assert.Equal("The Durable Object has moved to another process.", refused.Message);
        Assert.Contains("epoch 2", Assert.Single(Failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_facet_was_told_is_durable_survives_without_its_parent()
    {
        var parent = await OpenAsync();
        Put(parent, "a", "1");
        await CommitAsync(parent);
        parent.Facets.Delete("one");
        await CommitAsync(parent);
        await StoreAsync(parent, "one", "kept");
        // As a crash would leave it.
        var copy = Path.Combine(Folder, "copy");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, NamespaceId), "*", SearchOption.AllDirectories).ToList())
        {
            var to = file.Replace(Folder, copy, StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        await using SqliteObjectStore recovered = new(new ObjectStoreOptions(copy), Time);
        await using var found = await recovered.OpenAsync(Address(1), WithSql, Cancellation);
        Assert.Equal(("1", "kept"), (Get(found, "a"), await ReadAsync(found, "one")));
        await parent.DisposeAsync();
    }

    private static async Task StoreAsync(IObjectStorage parent, string name, string value)
    {
        await using var facet = await parent.Facets.Find(name).OpenAsync(Cancellation);
        parent.Commit();
        Put(facet, "a", value);
        await CommitAsync(facet);
    }

    private static async Task<string?> ReadAsync(IObjectStorage parent, string name)
    {
        await using var facet = await parent.Facets.Find(name).OpenAsync(Cancellation);
        parent.Commit();
        return Get(facet, "a");
    }
}
