using System.Globalization;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Metering;

namespace Skep.Edge.Caching;

/// <summary>A cache of this process: the index and short bodies in memory, long bodies in files.</summary>
public sealed class CacheStore(CacheOptions options, TimeProvider time) : ICacheStore, IGaugeSource, IDisposable
{
    private static readonly HashSet<string> NotKept = ["age", "cf-cache-status", "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

    private readonly CacheIndex _index = new(options);
    private readonly CacheBodyWriter _writer = new(options);

    private long _hits;
    private long _misses;

    /// <inheritdoc/>
    public IEnumerable<ProcessGauge> Gauges =>
    [
        new("skep_cache_hits_total", "Responses that were found in the cache.", IsCounter: true, Interlocked.Read(ref _hits)),
        new("skep_cache_misses_total", "Responses that were looked for in the cache and not found.", IsCounter: true, Interlocked.Read(ref _misses)),
    ];

    /// <inheritdoc/>
    public SubrequestResponse? Match(CacheKey key, IReadOnlyList<string> requestHeaders)
    {
        var now = time.GetUtcNow();
        if (_index.Find(key, requestHeaders, now) is not { } entry)
        {
            Interlocked.Increment(ref _misses);
            return null;
        }

        Interlocked.Increment(ref _hits);
        return CachedResponse.Create(entry, requestHeaders, now);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutAsync(CacheKey key, IReadOnlyList<string> requestHeaders, CacheCandidate response, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var lifetime = CachePolicy.Lifetime(response.Status, response.Headers, now, out var dropCookies);
        var varies = HeaderFields.Members(HeaderFields.Find(response.Headers, "vary")).Select(static name => name.ToLowerInvariant()).Distinct().ToList();
        // It is read even when it is not kept: its producer waits for that.
        if (await _writer.WriteAsync(response, cancellation).ConfigureAwait(false) is not { } body) return false;
        if (lifetime == TimeSpan.Zero || varies.Contains("*") || cancellation.IsCancellationRequested)
        {
            body.Release();
            return false;
        }

        CacheEntry entry = new()
        {
            Key = key,
            Status = response.Status,
            StatusText = response.StatusText,
            Headers = Keep(response.Headers, body.Length, dropCookies),
            Varies = [.. varies.Select(name => (name, HeaderFields.Find(requestHeaders, name)))],
            Body = body,
            Born = now - CachePolicy.InitialAge(response.Headers),
            StaleAt = now + lifetime,
        };
        _index.Add(entry, requestHeaders);
        return true;
    }

    /// <inheritdoc/>
    public bool Delete(CacheKey key) => _index.Remove(key, time.GetUtcNow());

    /// <summary>Forgets everything.</summary>
    public void Dispose() => _index.Clear();

    private static List<string> Keep(IReadOnlyList<string> headers, long length, bool dropCookies)
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
