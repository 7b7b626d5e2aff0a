using System.Globalization;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Metering;

namespace Skep.Edge.Caching;

/// <summary>A cache of this process: the index and short bodies in memory, long bodies in files; with
/// <see cref="CacheOptions.IsPersistent"/> everything in files too.</summary>
public sealed class CacheStore : ICacheStore, ICachePurge, IGaugeSource, IAsyncDisposable, IDisposable
{
    private static readonly HashSet<string> NotKept = ["age", CacheStatus.Header, "cache-tag", "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

    private readonly CacheOptions _options;
    private readonly TimeProvider _time;
    private readonly CacheIndex _index;
    private readonly CacheFolder? _folder;
    private long _hits;
    private long _misses;

    /// <summary>An empty cache, or what its folder has kept.</summary>
    /// <param name="options">Its bounds and its folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="peers">Other processes with the same folder, which somebody has prepared (<see cref="PrepareFolder"/>); null when
    /// there are none.</param>
    public CacheStore(CacheOptions options, TimeProvider time, ICachePeers? peers = null)
    {
        (_options, _time, _index) = (options, time, new CacheIndex(options));
        if (!options.IsPersistent) return;
        _folder = new CacheFolder(options.Folder, _index, peers);
        _index.Taken = _folder.OnTaken;
    }

    /// <summary>Ends when everything that was kept before the start can be found. It need not be waited for.</summary>
    public Task Loading => _folder?.Loading ?? Task.CompletedTask;

    /// <inheritdoc/>
    public IEnumerable<ProcessGauge> Gauges =>
    [
        new("skep_cache_hits_total", "Responses that were found in the cache.", IsCounter: true, Interlocked.Read(ref _hits)),
        new("skep_cache_misses_total", "Responses that were looked for in the cache and not found.", IsCounter: true, Interlocked.Read(ref _misses)),
    ];

    /// <summary>Makes a folder for several processes to share, and takes out what a crash has left.</summary>
    public static void PrepareFolder(string path) => CacheFolder.Prepare(path);

    /// <summary>Another process has kept an entry in the folder.</summary>
    public void OnAdded(string entry) => _folder?.OnAdded(entry);

    /// <summary>Another process has removed an entry.</summary>
    public void OnRemoved(string entry)
    {
        if (Guid.TryParseExact(entry, "N", out var id)) _index.OnRemoved(id);
    }

    /// <inheritdoc/>
    public SubrequestResponse? Match(CacheKey key, IReadOnlyList<string> requestHeaders)
    {
        var now = _time.GetUtcNow();
        if (_index.Find(key, requestHeaders) is not { } entry || entry.Freshness.StaleAt <= now)
        {
            Interlocked.Increment(ref _misses);
            return null;
        }

        Interlocked.Increment(ref _hits);
        return Respond(entry, requestHeaders, now, CacheStatus.Hit);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutAsync(CacheKey key, IReadOnlyList<string> requestHeaders, CacheCandidate response, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var lifetime = CachePolicy.Lifetime(response.Status, response.Headers, now, out var dropCookies);
        // It is read even when it is not kept: its producer waits for that.
        if (await ReadAsync(response, cancellation).ConfigureAwait(false) is not { } body) return false;
        CacheDecision decision = new(lifetime, dropCookies);
        if (lifetime == TimeSpan.Zero || cancellation.IsCancellationRequested || Describe(key, null, response.Status, response.StatusText, response.Headers, requestHeaders, decision) is not { } describe)
        {
            body.Discard();
            return false;
        }

        Keep(describe(body), requestHeaders);
        return true;
    }

    /// <inheritdoc/>
    public bool Delete(CacheKey key) => _index.Remove(key, _time.GetUtcNow());

    /// <inheritdoc/>
    public ValueTask<int> PurgeAsync(CachePurge purge)
    {
        var matcher = new PurgeMatcher(purge);
        return ValueTask.FromResult(_index.RemoveWhere(matcher.Tags, matcher.Matches));
    }

    /// <summary>Ends when everything is written that is to be there after a restart.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_folder is not null) await _folder.DisposeAsync();
        else _index.RemoveWhere(null, static _ => true);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>The entry that a request would get, fresh or stale.</summary>
    internal CacheEntry? Find(CacheKey key, IReadOnlyList<string> requestHeaders) => _index.Find(key, requestHeaders);

    /// <summary>The answer that an entry makes; null when it has gone meanwhile.</summary>
    internal SubrequestResponse? Respond(CacheEntry entry, IReadOnlyList<string> requestHeaders, DateTimeOffset now, string cacheStatus, bool withoutBody = false)
    {
        if (CachedResponse.Create(entry, requestHeaders, now, cacheStatus, withoutBody) is { } response) return response;
        // Its file is gone.
        _index.Remove(entry);
        return null;
    }

    /// <summary>Something to record a body for the cache with.</summary>
    internal BodyRecorder NewRecorder() => new(_options, _folder);

    /// <summary>Bodies that are longer are not kept.</summary>
    internal long LongestBody => _options.LongestBody;

    /// <summary>Makes what remains to be done once the body is there; null when the response cannot be kept.</summary>
    internal Func<CachedBody, CacheEntry>? Describe(
        CacheKey key, string? finalUrl, int status, string statusText, IReadOnlyList<string> headers, IReadOnlyList<string> requestHeaders, CacheDecision decision)
    {
        string[] varies = [.. HeaderFields.Members(HeaderFields.Find(headers, "vary")).Select(static name => name.ToLowerInvariant()).Distinct()];
        if (varies.Contains("*")) return null;
        var control = CacheControl.Parse(HeaderFields.Find(headers, "cache-control"));
        var now = _time.GetUtcNow();
        return body => new CacheEntry
        {
            Key = key,
            RequestedUrl = decision.Url == key.Url ? null : decision.Url,
            FinalUrl = finalUrl == key.Url ? null : finalUrl,
            Status = status,
            StatusText = statusText,
            Headers = KeptHeaders(headers, body.Length, decision.DropsCookies),
            Varies = [.. varies.Select(name => (name, HeaderFields.Find(requestHeaders, name)))],
            Tags = [.. HeaderFields.Members(HeaderFields.Find(headers, "cache-tag")).Concat(decision.Tags).Select(static tag => tag.ToLowerInvariant()).Distinct()],
            StaleWhileRevalidate = control.MustRevalidate ? TimeSpan.Zero : control.StaleWhileRevalidate ?? TimeSpan.Zero,
            StaleIfError = control.MustRevalidate ? TimeSpan.Zero : control.StaleIfError ?? TimeSpan.Zero,
            Body = body,
            Freshness = new Freshness(now - CachePolicy.InitialAge(headers), now + decision.Lifetime),
        };
    }

    /// <summary>Puts an entry in the place of those that the same request would get.</summary>
    internal void Keep(CacheEntry entry, IReadOnlyList<string> requestHeaders)
    {
        // In the index first: there it is told when it is in a file.
        var file = entry.Body.File;
        _index.Add(entry, requestHeaders);
        _folder?.Keep(entry, file);
    }

    private async ValueTask<CachedBody?> ReadAsync(CacheCandidate response, CancellationToken cancellation)
    {
        if (response.BodyStream is null && response.BodyBytes.Length <= _options.LongestInMemory) return new CachedBody(response.BodyBytes);
        var source = response.BodyStream ?? new CachedBodyStream(response.BodyBytes);
        return await NewRecorder().RecordAsync(source, hasReaders: false, cancellation).ConfigureAwait(false);
    }

    private static List<string> KeptHeaders(IReadOnlyList<string> headers, long length, bool dropCookies)
    {
        List<string> kept = new(headers.Count + 2);
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            var name = headers[i];
            if (NotKept.Contains(name) || name == "content-length" || (dropCookies && name == "set-cookie")) continue;
            kept.Add(name);
            kept.Add(headers[i + 1]);
        }

        kept.AddRange(["content-length", length.ToString(CultureInfo.InvariantCulture)]);
        return kept;
    }
}
