using System.Collections.Concurrent;
using Skep.Abstractions.Kv;
using Skep.Abstractions.R2;
using Skep.Storage.Kv;
using Skep.Storage.R2;

namespace Skep.Hosting;

/// <summary>What the Workers of projects under development keep: in the folder <c>.skep/state</c> of each project, made when it is first
/// needed, so that it is there after a restart.</summary>
internal sealed class StateFolders(Action<Exception> onFailure) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SqliteKvStore>> _kv = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<SqliteR2Store>> _r2 = new(StringComparer.Ordinal);

    /// <summary>The KV namespaces of the project in a folder. One is made when it is first asked for.</summary>
    public IKvStore Kv(string root) => _kv.GetOrAdd(root, folder => new Lazy<SqliteKvStore>(() => OpenKv(folder))).Value;

    /// <summary>The R2 buckets of the project in a folder. One is made when it is first asked for.</summary>
    public IR2Store R2(string root) => _r2.GetOrAdd(root, folder => new Lazy<SqliteR2Store>(
        () => new SqliteR2Store(new R2StoreOptions(StateOf(folder, "r2")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System))).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in _kv.Values)
        {
            if (store.IsValueCreated) await store.Value.DisposeAsync();
        }

        foreach (var store in _r2.Values)
        {
            if (store.IsValueCreated) await store.Value.DisposeAsync();
        }
    }

    private SqliteKvStore OpenKv(string root) => new(
        new KvStoreOptions(StateOf(root, "kv")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System);

    private static string StateOf(string root, string service)
    {
        var own = Path.Combine(root, ".skep");
        Directory.CreateDirectory(own);
        // What a Worker keeps on its author's machine is no part of the project.
        var ignore = Path.Combine(own, ".gitignore");
        if (!File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
        return Path.Combine(own, "state", service);
    }
}
