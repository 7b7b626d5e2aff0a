using System.Collections.Concurrent;
using Skep.Abstractions.Analytics;
using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;
using Skep.Edge.Ai;
using Skep.Edge.Email;
using Skep.Output;
using Skep.Storage.Analytics;
using Skep.Storage.D1;
using Skep.Storage.Kv;
using Skep.Storage.R2;
using Skep.Storage.Vectors;

namespace Skep.Hosting;

/// <summary>What the Workers of projects under development keep: in the folder <c>.skep/state</c> of each project, made when it is first
/// needed, so that it is there after a restart.</summary>
internal sealed class StateFolders : IAsyncDisposable
{
    private readonly Action<Exception> _onFailure;
    private readonly ByProject<SqliteKvStore> _kv;
    private readonly ByProject<SqliteD1Store> _d1;
    private readonly ByProject<SqliteR2Store> _r2;
    private readonly ByProject<ObjectStorageFolder> _objects;
    private readonly ConcurrentDictionary<string, Lazy<(SqliteAnalyticsStore Store, AnalyticsBuffer Buffer)>> _analytics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<SqliteVectorStore>> _vectors = new(StringComparer.Ordinal);

    /// <param name="onFailure">Hears of files that fail.</param>
    /// <param name="opening">Hears of each project, by its folder, before the first of its KV, D1 or R2 is opened; may hold that up.</param>
    public StateFolders(Action<Exception> onFailure, Action<string>? opening = null)
    {
        _onFailure = onFailure;
        _kv = new(Opening(state => new SqliteKvStore(new KvStoreOptions(Path.Combine(state, "kv")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System)));
        _d1 = new(Opening(state => new SqliteD1Store(new D1StoreOptions(Path.Combine(state, "d1")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System)));
        _r2 = new(Opening(state => new SqliteR2Store(new R2StoreOptions(Path.Combine(state, "r2")) { CreateMissing = true, OnFailure = onFailure }, TimeProvider.System)));
        _objects = new(root => new ObjectStorageFolder(Of(root), TimeProvider.System, onFailure));

        Func<string, TStore> Opening<TStore>(Func<string, TStore> open) => root =>
        {
            opening?.Invoke(root);
            return open(Of(root));
        };
    }

    /// <summary>The Durable Objects of the project in a folder.</summary>
    public ObjectStorageFolder Objects(string root) => _objects.Of(root);

    /// <summary>The KV namespaces of the project in a folder.</summary>
    public SqliteKvStore Kv(string root) => _kv.Of(root);

    /// <summary>The D1 databases of the project in a folder.</summary>
    public SqliteD1Store D1(string root) => _d1.Of(root);

    /// <summary>The R2 buckets of the project in a folder.</summary>
    public SqliteR2Store R2(string root) => _r2.Of(root);

    /// <summary>Where the Workers of projects keep things: what is not there is made when it is first asked for.</summary>
    /// <param name="queues">Takes what they send to queues.</param>
    public WorkerStores Stores(Func<IQueueProducer> queues) => new(Kv, D1, queues, R2, root => Objects(root).Store);

    /// <summary>What else the bindings of projects lead to.</summary>
    /// <param name="terminal">Where it is told which files email became.</param>
    public BoundServices Bound(Terminal terminal) => new(origins: null, processes: 1, TimeProvider.System)
    {
        Ai = new AiChannel(PlatformSettings.AiOfEnvironment()),
        Email = PlatformSettings.SmtpOfEnvironment() is { } smtp ? BoundServices.One(new SmtpCarrier(smtp)) : root => new EmailFolder(root, terminal),
        Analytics = root => _analytics.GetOrAdd(root, folder => new(() => OpenAnalytics(folder))).Value.Buffer,
        Vectors = root => _vectors.GetOrAdd(root, folder => new(() => OpenVectors(folder))).Value,
    };

    /// <summary>The folder of a project's state; made when there is none.</summary>
    public static string Of(string root)
    {
        var own = Path.Combine(root, ".skep");
        Directory.CreateDirectory(own);
        // What a Worker keeps on its author's machine is no part of the project.
        var ignore = Path.Combine(own, ".gitignore");
        if (!File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
        var state = Path.Combine(own, "state");
        Directory.CreateDirectory(state);
        return state;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _objects.DisposeAsync();
        await _kv.DisposeAsync();
        await _d1.DisposeAsync();
        await _r2.DisposeAsync();
        foreach (var vectors in _vectors.Values)
        {
            if (vectors.IsValueCreated) vectors.Value.Dispose();
        }

        foreach (var analytics in _analytics.Values)
        {
            if (analytics.IsValueCreated) analytics.Value.Store.Dispose();
        }
    }

    private (SqliteAnalyticsStore Store, AnalyticsBuffer Buffer) OpenAnalytics(string root)
    {
        SqliteAnalyticsStore store = new(Path.Combine(Of(root), "analytics.db"), new AnalyticsOptions { OnFailure = _onFailure }, TimeProvider.System);
        return (store, new AnalyticsBuffer(store, TimeProvider.System, _onFailure));
    }

    private SqliteVectorStore OpenVectors(string root) => new(
        new VectorStoreOptions(Path.Combine(Of(root), "vectorize")) { CreateMissing = true, OnFailure = _onFailure }, TimeProvider.System);

    /// <summary>A store for each project, opened when it is first asked for.</summary>
    private sealed class ByProject<TStore>(Func<string, TStore> open) : IAsyncDisposable
        where TStore : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, Lazy<TStore>> _open = new(StringComparer.Ordinal);

        public TStore Of(string root) => _open.GetOrAdd(root, folder => new Lazy<TStore>(() => open(folder))).Value;

        public async ValueTask DisposeAsync()
        {
            foreach (var store in _open.Values)
            {
                if (store.IsValueCreated) await store.Value.DisposeAsync();
            }
        }
    }
}
