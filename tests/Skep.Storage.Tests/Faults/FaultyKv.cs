using System.Text;
using Skep.Abstractions.Kv;
using Skep.Storage.Kv;

namespace Skep.Storage.Tests.Faults;

/// <summary>KV namespaces.</summary>
internal sealed class FaultyKv : FaultyService
{
    private readonly SqliteKvStore _store;

    public FaultyKv(string folder)
        : base(folder) => _store = new SqliteKvStore(new KvStoreOptions(folder) { OnFailure = Failures.Enqueue }, TimeProvider.System);

    public override Type Refusal => typeof(KvException);

    public override async Task MakeAsync(string thing) => await _store.CreateNamespaceAsync(thing);

    public override async Task WriteAsync(string thing, string key, int length) => await _store.WriteAsync(thing, [new KvWrite(key, Encoding.UTF8.GetBytes(Text(key, length)))]);

    public override async Task<bool> HasAsync(string thing, string key, int length)
    {
        using var entry = await _store.GetAsync(thing, key, Cancellation);
        return entry is not null && Encoding.UTF8.GetString(entry.Value.Span) == Text(key, length);
    }

    public override string FileOf(string thing) => Path.Combine(Folder, thing + ".db");

    public override ValueTask DisposeAsync() => _store.DisposeAsync();
}
