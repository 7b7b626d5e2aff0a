using System.Collections.Immutable;
using System.Security.Cryptography;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Hyperdrive;
using Skep.Control;
using Skep.Control.Auth;
using Skep.Settings;
using Skep.Storage.Assets;
using Skep.Storage.Catalog;
using Skep.Storage.D1;
using Skep.Storage.Kv;
using Skep.Storage.Metering;
using Skep.Storage.Queues;
using Skep.Storage.R2;
using Skep.Storage.Scheduling;
using Skep.Storage.Secrets;
using Skep.Storage.Workflows;

namespace Skep.Hosting;

/// <summary>Everything that a server keeps: the catalog, the static assets and the key of its secrets. It is made by the first start.</summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>The file with the key of the secrets.</summary>
    public const string KeyFile = "secrets.key";

    /// <summary>The folder of what the edge caches. It can be made again.</summary>
    public const string CacheFolder = "cache";

    /// <summary>The folder of Durable Objects.</summary>
    public const string ObjectsFolder = "objects";

    /// <summary>The index of when Durable Objects want to be woken. Beside their folder, in which worker processes that are locked up may write.</summary>
    public const string AlarmsFile = "alarms.db";

    /// <summary>The scripts, and what they refer to.</summary>
    public const string CatalogFile = "catalog.db";

    /// <summary>The folder of static assets.</summary>
    public const string AssetsFolder = "assets";

    private readonly Lazy<AssetStorage> _assets;
    private readonly Lazy<SqliteCronStore> _cron;
    private readonly Lazy<SqliteUsageStore> _usage;
    private readonly Lazy<SqliteWorkflowStore> _workflows;
    private ServerMark? _mark;
    private PlatformStores? _platform;

    private DataFolder(string path, Action<Exception>? onFailure)
    {
        Path = path;
        Cipher = FileKeyCipher.Open(System.IO.Path.Combine(path, KeyFile));
        Catalog = new SqliteCatalog(System.IO.Path.Combine(path, CatalogFile));
        _assets = new Lazy<AssetStorage>(() => new AssetStorage(System.IO.Path.Combine(path, AssetsFolder), TimeProvider.System));
        // A command needs few of them, and each is a file to open and bring up to date.
        _cron = new Lazy<SqliteCronStore>(() => new SqliteCronStore(System.IO.Path.Combine(path, "cron.db"), onFailure));
        _usage = new Lazy<SqliteUsageStore>(() => new SqliteUsageStore(System.IO.Path.Combine(path, "usage.db"), onFailure));
        _workflows = new Lazy<SqliteWorkflowStore>(() => new SqliteWorkflowStore(System.IO.Path.Combine(path, "workflows.db"), TimeProvider.System, onFailure));
    }

    public string Path { get; }

    /// <summary>Where the edge caches.</summary>
    public string CachePath => System.IO.Path.Combine(Path, CacheFolder);

    /// <summary>True when the last server of this folder was killed.</summary>
    public bool WasInterrupted => _mark?.WasInterrupted ?? false;

    public SqliteCatalog Catalog { get; }

    public SqliteCronStore Cron => _cron.Value;

    public SqliteUsageStore Usage => _usage.Value;

    public SqliteWorkflowStore Workflows => _workflows.Value;

    public FileKeyCipher Cipher { get; }

    /// <summary>The static assets; opened by the first use, for one process.</summary>
    public AssetStorage Assets => _assets.Value;

    /// <summary>Opens the folder; makes it when there is none.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="onFailure">Hears of files that cannot be opened and that a server can do without; null: they cannot be done without.</param>
    public static DataFolder Open(string path, Action<Exception>? onFailure = null)
    {
        path = System.IO.Path.GetFullPath(path);
        FilePrivacy.Apply(path);
        return new DataFolder(path, onFailure);
    }

    /// <summary>The KV namespaces' pairs.</summary>
    public SqliteKvStore OpenKv(Action<Exception> onFailure) =>
        new(new KvStoreOptions(System.IO.Path.Combine(Path, "kv")) { OnFailure = onFailure }, TimeProvider.System);

    /// <summary>The D1 databases.</summary>
    public SqliteD1Store OpenD1(Action<Exception> onFailure) =>
        new(new D1StoreOptions(System.IO.Path.Combine(Path, "d1")) { OnFailure = onFailure }, TimeProvider.System);

    /// <summary>Where files of SQL wait to be imported, and exports to be fetched.</summary>
    public string D1Uploads => System.IO.Path.Combine(Path, "d1-transfers");

    /// <summary>The queues.</summary>
    public SqliteQueueBroker OpenQueues(Action<Exception> onFailure) =>
        new(Catalog.Queues, new QueueStoreOptions(System.IO.Path.Combine(Path, "queues")) { OnFailure = onFailure }, TimeProvider.System);

    /// <summary>The R2 buckets' objects.</summary>
    public SqliteR2Store OpenR2(Action<Exception> onFailure) =>
        new(new R2StoreOptions(System.IO.Path.Combine(Path, "r2")) { OnFailure = onFailure }, TimeProvider.System);

    /// <summary>What is kept for Workers beside KV, once it was opened.</summary>
    public PlatformStores Platform => _platform ?? throw new InvalidOperationException("What is kept for Workers has not been opened.");

    /// <summary>Opens what is kept for Workers beside KV; closed with the folder.</summary>
    public void OpenPlatform(SettingValues settings, Action<Exception> onFailure) => _platform = PlatformStores.Open(Path, settings, onFailure);

    /// <summary>Where Hyperdrive configurations lead.</summary>
    public IHyperdriveOrigins HyperdriveOrigins => new StoredHyperdriveOrigins(Catalog.HyperdriveConfigs, Cipher);

    /// <summary>The Durable Objects.</summary>
    public ObjectStorageFolder OpenObjects(Action<Exception> onFailure) => new(Path, TimeProvider.System, onFailure);

    /// <summary>This process serves the folder from now on.</summary>
    /// <exception cref="InvalidOperationException">Another one does.</exception>
    public void MarkAsServed() => _mark = ServerMark.Set(Path);

    /// <summary>The account that this folder belongs to.</summary>
    public async Task<ControlOptions> AccountAsync()
    {
        var id = await Catalog.SettingAsync("account.id", () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        return new ControlOptions(id, await Catalog.SettingAsync("account.name", () => "Skep"), await Catalog.SettingAsync("account.subdomain", () => "skep"));
    }

    /// <summary>Makes a token; returns its secret, which is stored nowhere.</summary>
    public async Task<(ApiToken Token, string Secret)> CreateTokenAsync(
        string name, TokenAccess access, ImmutableArray<string> scripts, DateTimeOffset now)
    {
        var secret = TokenSecret.Create();
        var token = new ApiToken(Guid.NewGuid().ToString(), name, TokenSecret.Hash(secret), access, scripts, now);
        await Catalog.AddTokenAsync(token, new AuditEntry(now, Operator, "token.create", token.Id, name));
        return (token, secret);
    }

    /// <summary>How the audit log calls whoever works on the machine itself.</summary>
    public const string Operator = "operator";

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_assets.IsValueCreated) _assets.Value.Dispose();
        _platform?.Dispose();
        Catalog.Dispose();
        if (_cron.IsValueCreated) _cron.Value.Dispose();
        if (_usage.IsValueCreated) _usage.Value.Dispose();
        if (_workflows.IsValueCreated) _workflows.Value.Dispose();
        Cipher.Dispose();
        _mark?.Dispose();
    }
}
