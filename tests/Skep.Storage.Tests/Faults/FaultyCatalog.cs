using Skep.Abstractions.Catalog;
using Skep.Storage.Catalog;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Tests.Faults;

/// <summary>What the control plane writes down: a text is the title of a namespace. All are in one file.</summary>
internal sealed class FaultyCatalog : FaultyService
{
    private readonly SqliteCatalog _catalog;

    public FaultyCatalog(string folder)
        : base(folder)
    {
        Directory.CreateDirectory(folder);
        _catalog = new SqliteCatalog(FileOf(""));
    }

    public override Type Refusal => typeof(SqliteException);

    public override bool TellsOperators => true;

    public override Task MakeAsync(string thing) => WriteAsync(thing, "made", 1);

    public override async Task WriteAsync(string thing, string key, int length) =>
        await _catalog.KvNamespaces.AddNamespaceAsync(new KvNamespace($"{thing}/{key}", thing + Text(key, length)), new AuditEntry(DateTimeOffset.UnixEpoch, "test", "test", key));

    public override async Task<bool> HasAsync(string thing, string key, int length) =>
        (await _catalog.KvNamespaces.FindNamespaceAsync($"{thing}/{key}"))?.Title == thing + Text(key, length);

    public override string FileOf(string thing) => Path.Combine(Folder, "catalog.db");

    public override ValueTask DisposeAsync()
    {
        _catalog.Dispose();
        return default;
    }
}
