using System.Collections.Concurrent;
using Skep.Abstractions.Channels;

namespace Skep.Testing;

/// <summary>A cache that keeps everything for ever.</summary>
public sealed class FakeCache : ICacheStore
{
    private readonly ConcurrentDictionary<CacheKey, (CacheCandidate Head, byte[] Body)> _kept = new();

    /// <summary>What is kept, by namespace and URL.</summary>
    public IEnumerable<CacheKey> Keys => _kept.Keys;

    public SubrequestResponse? Match(CacheKey key, IReadOnlyList<string> requestHeaders) =>
        _kept.TryGetValue(key, out var kept) ? new FakeResponse(new MemoryStream(kept.Body), kept.Body.Length, kept.Head.Status, [.. kept.Head.Headers, "cf-cache-status", "HIT"]) : null;

    public async ValueTask<bool> PutAsync(CacheKey key, IReadOnlyList<string> requestHeaders, CacheCandidate response, CancellationToken cancellation)
    {
        var body = response.BodyBytes.ToArray();
        if (response.BodyStream is { } stream)
        {
            MemoryStream read = new();
            await stream.CopyToAsync(read, cancellation);
            body = read.ToArray();
        }

        _kept[key] = (response, body);
        return true;
    }

    public bool Delete(CacheKey key) => _kept.TryRemove(key, out _);
}
