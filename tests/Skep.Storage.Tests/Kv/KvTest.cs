using System.Text;
using Skep.Abstractions.Kv;
using Skep.Storage.Kv;
using Skep.Testing;

namespace Skep.Storage.Tests.Kv;

/// <summary>A store in a folder of its own, whose time passes when the test says so.</summary>
public abstract class KvTest : IAsyncLifetime
{
    protected const string Id = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder = new();

    internal ManualTime Time { get; } = new();

    protected SqliteKvStore Store { get; private set; } = null!;

    protected List<Exception> Failures { get; } = [];

    protected string Folder => Path.Combine(_folder.Path, "kv");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = Open();
        await Store.CreateNamespaceAsync(Id);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SqliteKvStore Open(Func<KvStoreOptions, KvStoreOptions>? with = null)
    {
        var options = new KvStoreOptions(Folder) { OnFailure = Failures.Add };
        return new SqliteKvStore(with?.Invoke(options) ?? options, Time);
    }

    /// <summary>Closes the store and opens it anew.</summary>
    protected async Task ReopenAsync(Func<KvStoreOptions, KvStoreOptions>? with = null)
    {
        await Store.DisposeAsync();
        Store = Open(with);
    }

    protected ValueTask PutAsync(string key, string value, long? expiration = null, string? metadata = null, string id = Id) =>
        Store.WriteAsync(id, [new KvWrite(key, Encoding.UTF8.GetBytes(value), expiration, metadata)]);

    protected async Task<string?> GetAsync(string key, string id = Id)
    {
        using var entry = await Store.GetAsync(id, key, Cancellation);
        return entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);
    }

    protected static async Task<KvException> RefusedAsync(ValueTask refused) => await Assert.ThrowsAsync<KvException>(refused.AsTask);
}
