using System.Collections.Concurrent;
using Skep.Abstractions.Analytics;
using Skep.Abstractions.Kv;
using Skep.Edge.Ai;
using Skep.Storage.Analytics;
using Skep.Storage.Kv;
using Skep.Storage.Vectors;

namespace Skep.Hosting;

/// <summary>What the Workers of projects under development keep: in the folder <c>.skep/state</c> of each project, made when it is first
/// needed, so that it is there after a restart.</summary>
internal sealed class StateFolders(Action<Exception> onFailure) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SqliteKvStore>> _kv = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<(SqliteAnalyticsStore Store, AnalyticsBuffer Buffer)>> _analytics = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Lazy<SqliteVectorStore>> _vectors = new(StringComparer.Ordinal);

    /// <summary>The KV namespaces of the project in a folder. One is made when it is first asked for.</summary>
    public IKvStore Kv(string root) => _kv.GetOrAdd(root, folder => new Lazy<SqliteKvStore>(() => OpenKv(folder))).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in _kv.Values)
        {
            if (store.IsValueCreated) await store.Value.DisposeAsync();
        }

        foreach (var vectors in _vectors.Values)
        {
            if (vectors.IsValueCreated) vectors.Value.Dispose();
        }

        foreach (var analytics in _analytics.Values)
        {
            if (analytics.IsValueCreated) analytics.Value.Store.Dispose();
        }
    }

    /// <summary>What else the bindings of projects lead to.</summary>
    public BoundServices Bound() => new(origins: null, processes: 1, TimeProvider.System)
    {
        Ai = new AiChannel(PlatformSettings.AiOfEnvironment()),
        Analytics = root => _analytics.GetOrAdd(root, folder => new(() => OpenAnalytics(folder))).Value.Buffer,
        Vectors = root => _vectors.GetOrAdd(root, folder => new(() => OpenVectors(folder))).Value,
    };

    private SqliteKvStore OpenKv(string root) => new(
        new KvStoreOptions(Path.Combine(State(root), "kv")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System);

    private (SqliteAnalyticsStore Store, AnalyticsBuffer Buffer) OpenAnalytics(string root)
    {
        SqliteAnalyticsStore store = new(Path.Combine(State(root), "analytics.db"), new AnalyticsOptions { OnFailure = onFailure }, TimeProvider.System);
        return (store, new AnalyticsBuffer(store, TimeProvider.System, onFailure));
    }

    private SqliteVectorStore OpenVectors(string root) => new(
        new VectorStoreOptions(Path.Combine(State(root), "vectorize")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System);

    private static string State(string root)
    {
        var own = Path.Combine(root, ".skep");
        var state = Path.Combine(own, "state");
        Directory.CreateDirectory(state);
        // What a Worker keeps on its author's machine is no part of the project.
        var ignore = Path.Combine(own, ".gitignore");
        if (!File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
        return state;
    }
}
