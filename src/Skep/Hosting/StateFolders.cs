using System.Collections.Concurrent;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Storage.D1;
using Skep.Storage.Kv;

namespace Skep.Hosting;

/// <summary>What the Workers of projects under development keep: in the folder <c>.skep/state</c> of each project, made when it is first
/// needed, so that it is there after a restart.</summary>
internal sealed class StateFolders(Action<Exception> onFailure) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SqliteKvStore>> _kv = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<ObjectStorageFolder>> _objects = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Lazy<SqliteD1Store>> _d1 = new(StringComparer.Ordinal);

    /// <summary>The D1 databases of the project in a folder. One is made when it is first asked for.</summary>
    public ID1Store D1(string root) => _d1.GetOrAdd(root, folder => new Lazy<SqliteD1Store>(() =>
        new(new D1StoreOptions(Path.Combine(State(folder), "d1")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System))).Value;

    /// <summary>The KV namespaces of the project in a folder. One is made when it is first asked for.</summary>
    public IKvStore Kv(string root) => _kv.GetOrAdd(root, folder => new Lazy<SqliteKvStore>(() => OpenKv(folder))).Value;

    /// <summary>The Durable Objects of the project in a folder.</summary>
    public ObjectStorageFolder Objects(string root) => _objects.GetOrAdd(root, folder => new Lazy<ObjectStorageFolder>(
        () => new ObjectStorageFolder(Path.Combine(OwnFolder(folder), "state", "objects"), TimeProvider.System, onFailure))).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in _objects.Values)
        {
            if (store.IsValueCreated) await store.Value.DisposeAsync();
        }

        foreach (var store in _kv.Values)
        {
            if (store.IsValueCreated) await store.Value.DisposeAsync();
        }

        foreach (var store in _d1.Values)
        {
            if (store.IsValueCreated) await store.Value.DisposeAsync();
        }
    }

    private static string State(string root) => Path.Combine(OwnFolder(root), "state");

    private static string OwnFolder(string root)
    {
        var own = Path.Combine(root, ".skep");
        Directory.CreateDirectory(own);
        // What a Worker keeps on its author's machine is no part of the project.
        var ignore = Path.Combine(own, ".gitignore");
        if (!File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
        return own;
    }

    private SqliteKvStore OpenKv(string root) => new(
            new KvStoreOptions(Path.Combine(OwnFolder(root), "state", "kv")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System);
}
