using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Metering;
using Skep.Control.Api;
using Skep.Control.Auth;
using Skep.Control.Tails;
using Skep.Storage.Assets;
using Skep.Storage.Catalog;
using Skep.Storage.D1;
using Skep.Storage.Kv;
using Skep.Storage.Metering;
using Skep.Storage.Queues;
using Skep.Storage.R2;
using Skep.Storage.Objects;
using Skep.Storage.Scheduling;
using Skep.Storage.Secrets;
using Skep.Storage.Workflows;
using Skep.Testing;

namespace Skep.Control.Tests;

/// <summary>A control plane on a port of the system's choice, with a catalog of its own, and a client with a token that may all.</summary>
internal sealed class TestControl : IAsyncDisposable
{
    public const string Account = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder = new();
    private readonly FileKeyCipher _cipher;
    private readonly ControlServer _server;
    private readonly SqliteKvStore _kv;
    private readonly SqliteD1Store _d1;
    private readonly SqliteQueueBroker _queues;
    private readonly SqliteR2Store _r2;
    private readonly List<Exception> _failures = [];

    private TestControl(ControlOptions options)
    {
        // First of all: what is done from time to time would else be done for all of these years.
        Time.Advance(TimeSpan.FromDays(365 * 56));
        Catalog = new SqliteCatalog(Path.Combine(_folder.Path, "catalog.db"));
        _cipher = FileKeyCipher.Open(Path.Combine(_folder.Path, "secrets.key"));
        _kv = new SqliteKvStore(new KvStoreOptions(Path.Combine(_folder.Path, "kv")), Time);
        _d1 = new SqliteD1Store(new D1StoreOptions(Path.Combine(_folder.Path, "d1")), Time);
        _queues = new SqliteQueueBroker(Catalog.Queues, new QueueStoreOptions(Path.Combine(_folder.Path, "queues")), Time);
        _r2 = new SqliteR2Store(new R2StoreOptions(Path.Combine(_folder.Path, "r2")), Time);
        Assets = new AssetStorage(Path.Combine(_folder.Path, "assets"), Time);
        Objects = new SqliteObjectStore(new ObjectStoreOptions(Path.Combine(_folder.Path, "objects")), Time);
        Tails = new TailSessions(Time);
        Usage = new SqliteUsageStore(Path.Combine(_folder.Path, "usage.db"));
        Workflows = new SqliteWorkflowStore(Path.Combine(_folder.Path, "workflows.db"), Time);
        Cron = new SqliteCronStore(Path.Combine(_folder.Path, "cron.db"));
        var feeds = new ControlFeeds(Cron, Tails, Usage)
        {
            Totals = () => Totals,
            Gauges = () => [new ProcessGauge("skep_isolates", "Isolates.", IsCounter: false, 2.5)],
            NotReady = () => NotReady,
        };
        _server = new ControlServer(
            options,
            Catalog,
            Catalog,
            feeds,
            _cipher,
            new KvServices(Catalog.KvNamespaces, _kv),
            new WorkflowAdministration(Workflows, Workflows),
            new D1Services(Catalog.D1Databases, _d1, _d1, Path.Combine(_folder.Path, "d1-transfers")),
            new R2Services(Catalog.R2Buckets, _r2),
            Assets.Uploads,
            Target,
            Time,
            _failures.Add,
            new RecordingPurge(Purged),
            new QueueServices(_queues, _queues),
            new PlatformServices { EmailRules = Catalog.EmailRules, Hyperdrive = Catalog.HyperdriveConfigs, HyperdriveProbe = new FakeProbe(this) },
            Objects);
    }

    public SqliteCatalog Catalog { get; }

    public SqliteQueueBroker Queues => _queues;

    public AssetStorage Assets { get; }

    public SqliteObjectStore Objects { get; }

    public SqliteCronStore Cron { get; }

    public SqliteWorkflowStore Workflows { get; }

    public TailSessions Tails { get; }

    public SqliteUsageStore Usage { get; }

    public Dictionary<string, IReadOnlyDictionary<string, long>> Totals { get; } = [];

    public string? NotReady { get; set; }

    public FakeTarget Target { get; } = new();

    public ManualTime Time { get; } = new();

    /// <summary>What was purged.</summary>
    public List<CachePurge> Purged { get; } = [];

    /// <summary>The databases that were tried out.</summary>
    public List<HyperdriveOrigin> Probed { get; } = [];

    /// <summary>How trying one out fails; null when it does not.</summary>
    public HyperdriveException? ProbeFailure { get; set; }

    public HttpClient Client { get; private set; } = null!;

    public static async Task<TestControl> StartAsync(Func<ControlOptions, ControlOptions>? configure = null)
    {
        var options = new ControlOptions(Account, "Test", "test");
        var control = new TestControl(configure?.Invoke(options) ?? options);
        await control._server.StartAsync();
        control.Client = control.ClientWith(await control.TokenAsync(TokenAccess.Edit));
        return control;
    }

    /// <summary>A new token's secret.</summary>
    public async Task<string> TokenAsync(TokenAccess access, params ImmutableArray<string> scripts)
    {
        var secret = TokenSecret.Create();
        var token = new ApiToken(Guid.NewGuid().ToString(), "tester", TokenSecret.Hash(secret), access, scripts, Time.GetUtcNow());
        await Catalog.AddTokenAsync(token, new AuditEntry(Time.GetUtcNow(), "test", "token.create", token.Id));
        return secret;
    }

    public HttpClient ClientWith(string? token)
    {
        var client = new HttpClient { BaseAddress = _server.Address };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Calls and returns the envelope. A path without a leading slash is below the account.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Envelope)> CallAsync(HttpMethod method, string path, HttpContent? content = null, HttpClient? client = null)
    {
        var target = path.StartsWith('/') ? "/client/v4" + path : $"/client/v4/accounts/{Account}/{path}";
        using var request = new HttpRequestMessage(method, target) { Content = content };
        using var response = await (client ?? Client).SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    /// <summary>The result of a call that must succeed.</summary>
    public async Task<JsonNode> ResultAsync(HttpMethod method, string path, HttpContent? content = null, HttpClient? client = null)
    {
        var (status, envelope) = await CallAsync(method, path, content, client);
        Assert.True(status == HttpStatusCode.OK && envelope["success"]!.GetValue<bool>(), envelope.ToJsonString());
        return envelope["result"]!;
    }

    /// <summary>A call that must succeed and may have no result.</summary>
    public async Task ResultOrNullAsync(HttpMethod method, string path)
    {
        var (status, envelope) = await CallAsync(method, path);
        Assert.True(status == HttpStatusCode.OK && envelope["success"]!.GetValue<bool>(), envelope.ToJsonString());
    }

    /// <summary>The first error of a call that must fail.</summary>
    public async Task<(int Code, string Message)> ErrorAsync(HttpMethod method, string path, HttpContent? content = null, HttpClient? client = null)
    {
        var (status, envelope) = await CallAsync(method, path, content, client);
        Assert.True((int)status >= 400 && !envelope["success"]!.GetValue<bool>(), envelope.ToJsonString());
        var error = envelope["errors"]![0]!;
        return (error["code"]!.GetValue<int>(), error["message"]!.GetValue<string>());
    }

    /// <summary>Uploads a script, as a first <c>wrangler deploy</c> does; returns the new version's id.</summary>
    public async Task<string> DeployAsync(string script, string code = "export default {}", string bindings = "[]") =>
        (await ResultAsync(HttpMethod.Put, $"workers/scripts/{script}", Upload(code, bindings)))["deployment_id"]!.GetValue<string>();

    /// <summary>Makes a KV namespace; returns its id.</summary>
    public async Task<string> KvNamespaceAsync(string title) =>
        (await ResultAsync(HttpMethod.Post, "storage/kv/namespaces", Json($$"""{ "title": "{{title}}" }""")))["id"]!.GetValue<string>();

    /// <summary>Makes a queue; returns its id.</summary>
    public async Task<string> QueueAsync(string name) =>
        (await ResultAsync(HttpMethod.Post, "queues", Json($$"""{ "queue_name": "{{name}}" }""")))["queue_id"]!.GetValue<string>();

    /// <summary>Calls below the account, and returns what is answered without an envelope.</summary>
    public Task<byte[]> BytesAsync(string path) => Client.GetByteArrayAsync(new Uri($"/client/v4/accounts/{Account}/{path}", UriKind.Relative));

    public static MultipartFormDataContent Upload(string code = "export default {}", string bindings = "[]", string more = "") => Multipart(
        $$"""{ "main_module": "index.js", "compatibility_date": "2025-01-01", "bindings": {{bindings}}{{(more.Length > 0 ? ", " + more : "")}} }""",
        ("index.js", "application/javascript+module", code));

    public static MultipartFormDataContent Multipart(string metadata, params (string Name, string Type, string Content)[] parts)
    {
        var form = new MultipartFormDataContent { { new StringContent(metadata), "\"metadata\"" } };
        foreach (var (name, type, content) in parts)
        {
            var part = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            part.Headers.TryAddWithoutValidation("Content-Type", type);
            form.Add(part, $"\"{name}\"", $"\"{name}\"");
        }

        return form;
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "text/plain");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await _kv.DisposeAsync();
        await _d1.DisposeAsync();
        await _queues.DisposeAsync();
        await _r2.DisposeAsync();
        await Objects.DisposeAsync();
        Assets.Dispose();
        Catalog.Dispose();
        Workflows.Dispose();
        Cron.Dispose();
        Usage.Dispose();
        _cipher.Dispose();
        _folder.Dispose();
        Assert.Empty(_failures);
    }

    private sealed class FakeProbe(TestControl control) : IHyperdriveProbe
    {
        public ValueTask CheckAsync(HyperdriveOrigin origin, CancellationToken cancellation)
        {
            control.Probed.Add(origin);
            return control.ProbeFailure is { } failure ? throw failure : ValueTask.CompletedTask;
        }
    }

    private sealed class RecordingPurge(List<CachePurge> purged) : ICachePurge
    {
        public ValueTask<int> PurgeAsync(CachePurge purge)
        {
            purged.Add(purge);
            return ValueTask.FromResult(0);
        }
    }
}
