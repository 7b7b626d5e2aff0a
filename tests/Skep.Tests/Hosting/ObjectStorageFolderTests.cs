using Skep.Abstractions.Catalog;
using Skep.Abstractions.Objects;
using Skep.Diagnosis;
using Skep.Hosting;
using Skep.Storage.Catalog;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Hosting;

/// <summary>What the start of a server removes of what Durable Objects have stored, and what it leaves.</summary>
public sealed class ObjectStorageFolderTests : IDisposable
{
    private static readonly AuditEntry Audit = new(DateTimeOffset.UnixEpoch, "test", "test", "test");

    private readonly TemporaryFolder _folder = new();
    private readonly List<Exception> _failures = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Objects_that_an_older_catalog_does_not_know_stay()
    {
        using var catalog = NewCatalog();
        await DeployAsync(catalog, "known");
        await StoreAsync("known");
        await StoreAsync("newer");
        await StartAsync(catalog);
        Assert.Equal(["known", "newer"], Stored());
        var finding = Assert.Single(ObjectChecks.All(_folder.Path));
        Assert.Equal((Grade.Warn, "objects/newer has Durable Objects of a class that the catalog does not know"), (finding.Grade, finding.What));
    }

    [Fact]
    public async Task Objects_whose_deletion_was_cut_short_go()
    {
        using var catalog = NewCatalog();
        await DeployAsync(catalog, "kept", "deleted");
        await StoreAsync("kept");
        await StoreAsync("deleted");
        await DeployAsync(catalog, "kept");
        await StartAsync(catalog);
        Assert.Equal(["kept"], Stored());
        Assert.Empty(catalog.ListDeletedNamespaces());
        Assert.Empty(ObjectChecks.All(_folder.Path));
    }

    [Fact]
    public async Task What_cannot_be_removed_now_is_tried_again_by_the_next_start()
    {
        using var catalog = NewCatalog();
        await DeployAsync(catalog, "deleted");
        await StoreAsync("deleted");
        await DeployAsync(catalog);
        var index = _folder.Write(DataFolder.AlarmsFile, new string('x', 5000));
        await StartAsync(catalog);
        Assert.NotEmpty(_failures);
        Assert.Equal(["deleted"], Stored());
        File.Delete(index);
        await StartAsync(catalog);
        Assert.Empty(Stored());
    }

    private static async Task DeployAsync(SqliteCatalog catalog, params string[] namespaces) => await catalog.ApplyAsync(new CatalogChange
    {
        Script = new Script
        {
            Name = "worker", Tag = "tag", CreatedOn = Audit.Time, ModifiedOn = Audit.Time, ObjectClasses = [.. namespaces.Select(each => new ObjectClass(each, each, Sqlite: true))],
        },
        Audit = Audit,
    });

    private SqliteCatalog NewCatalog() => new(Path.Combine(_folder.Path, DataFolder.CatalogFile));

    private ObjectStorageFolder Open() => new(_folder.Path, TimeProvider.System, _failures.Add);

    private async Task StartAsync(SqliteCatalog catalog)
    {
        await using var objects = Open();
        await objects.SweepAsync(catalog);
    }

    private async Task StoreAsync(string namespaceId)
    {
        await using var objects = Open();
        await using var storage = await objects.Store.OpenAsync(
            new ObjectAddress(namespaceId, new string('a', 64)), new ObjectClass(namespaceId, namespaceId, Sqlite: true), TestContext.Current.CancellationToken);
        storage.Put("key"u8, "value"u8);
        if (storage.Commit().Durable is { } durable) await durable;
    }

    private IEnumerable<string?> Stored() => Directory.EnumerateDirectories(Path.Combine(_folder.Path, DataFolder.ObjectsFolder)).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
