using System.Text;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Workers;
using Skep.Edge.Assets;
using Skep.Testing;

namespace Skep.Edge.Tests.Assets;

/// <summary>A version with assets. The content of a file is its path, unless it is said otherwise.</summary>
internal sealed class TestSite : IAssetStore
{
    private readonly Dictionary<(string, AssetCoding), byte[]> _contents = [];
    private readonly Dictionary<string, AssetEntry> _files = new(StringComparer.Ordinal);

    public AssetConfiguration Configuration { get; init; } = new();

    public string CompatibilityDate { get; init; } = "2025-01-01";

    public string[] Flags { get; init; } = [];

    /// <summary>Answers with "worker"; null for assets only.</summary>
    public IWorker? Worker { get; init; }

    /// <summary>How often bytes were opened.</summary>
    public int Opened { get; private set; }

    /// <summary>What the Worker's binding is.</summary>
    public ISubrequestChannel? Binding { get; private set; }

    public static TestSite Of(params string[] paths)
    {
        var site = new TestSite();
        foreach (string path in paths) site.Add(path);
        return site;
    }

    public TestSite With(Func<AssetConfiguration, AssetConfiguration> change, bool worker = false, string? date = null, params string[] flags)
    {
        var site = new TestSite { Configuration = change(Configuration), Worker = worker ? FakeWorker.Answering("worker") : null, CompatibilityDate = date ?? CompatibilityDate, Flags = flags };
        foreach ((string path, AssetEntry entry) in _files) site._files[path] = entry;
        foreach (var (key, bytes) in _contents) site._contents[key] = bytes;
        return site;
    }

    public AssetEntry Add(string path, string? content = null, string? type = "text/plain")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(content ?? path);
        var entry = new AssetEntry(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes).AsSpan(0, 16)), bytes.Length, type);
        _files[path] = entry;
        _contents[(entry.Hash, AssetCoding.Identity)] = bytes;
        return entry;
    }

    public void AddCoded(AssetEntry entry, AssetCoding coding, string bytes) => _contents[(entry.Hash, coding)] = Encoding.UTF8.GetBytes(bytes);

    public void Lose(AssetEntry entry) => _contents.Remove((entry.Hash, AssetCoding.Identity));

    public Stream? Open(AssetContent content, AssetCoding coding)
    {
        if (!_contents.TryGetValue((content.Hash, coding), out byte[]? bytes)) return null;
        Opened++;
        return new MemoryStream(bytes);
    }

    public async Task<AssetWorker> StartAsync()
    {
        var version = new WorkerVersion
        {
            Name = "site",
            Modules = Worker is null ? [] : [new ScriptModule("index.js", ModuleKind.EsModule, default)],
            MainModule = Worker is null ? "" : "index.js",
            CompatibilityDate = CompatibilityDate,
            CompatibilityFlags = [.. Flags],
            Assets = new UploadedAssets(_files, Configuration),
        };
        return await AssetWorker.StartAsync(version, new AssetBodies(this, 1 << 20), channel =>
        {
            Binding = channel;
            return new(Worker!);
        });
    }

    public async Task<TestResponse> SendAsync(string url, string method = "GET", params string[] headers)
    {
        await using AssetWorker worker = await StartAsync();
        var request = new TestRequest(url, method) { Headers = [.. headers] };
        worker.Fetch(request);
        return await request.Response;
    }

    /// <summary>A response in short: "200 content", "307 /where".</summary>
    public async Task<string> GetAsync(string url, string method = "GET", params string[] headers)
    {
        TestResponse response = await SendAsync(url, method, headers);
        return response.Header("location") is { } location ? $"{response.Status} {location}" : $"{response.Status} {response.Text}".TrimEnd();
    }
}
