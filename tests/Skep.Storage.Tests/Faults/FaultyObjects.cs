using System.Globalization;
using System.Text;
using Skep.Abstractions.Objects;
using Skep.Storage.Objects;

namespace Skep.Storage.Tests.Faults;

/// <summary>Durable Objects, begun anew for each call: one whose write failed has ended.</summary>
internal sealed class FaultyObjects : FaultyService
{
    private const string Namespace = "n";
    private static readonly ObjectClass Class = new("Thing", Namespace, Sqlite: true);

    private readonly SqliteObjectStore _store;

    public FaultyObjects(string folder)
        : base(folder) => _store = new SqliteObjectStore(new ObjectStoreOptions(folder) { OnFailure = Failures.Enqueue }, TimeProvider.System);

    public override Type Refusal => typeof(ObjectStorageException);

    public override Task MakeAsync(string thing) => WriteAsync(thing, "made", 1);

    public override async Task WriteAsync(string thing, string key, int length)
    {
        await using var storage = await _store.OpenAsync(AddressOf(thing), Class, Cancellation);
        storage.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(Text(key, length)));
        await storage.Commit().Durable!;
    }

    public override async Task<bool> HasAsync(string thing, string key, int length)
    {
        await using var storage = await _store.OpenAsync(AddressOf(thing), Class, Cancellation);
        return storage.TryGet(Encoding.UTF8.GetBytes(key), out var value) && Encoding.UTF8.GetString(value) == Text(key, length);
    }

    public override string FileOf(string thing)
    {
        var id = AddressOf(thing).Id;
        return Path.Combine(Folder, Namespace, id[..2], id + ".sqlite");
    }

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private static ObjectAddress AddressOf(string thing) =>
        new(Namespace, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(thing))).ToString(CultureInfo.InvariantCulture));
}
