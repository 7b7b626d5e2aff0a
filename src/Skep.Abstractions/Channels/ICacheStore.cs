namespace Skep.Abstractions.Channels;

/// <summary>A shared HTTP cache (RFC 9111), as the Cache API and the caching of <c>fetch()</c> see it.</summary>
public interface ICacheStore
{
    /// <summary>The fresh response kept for a request with these headers (name, value, …), or null. It has <c>age</c> and
    /// <c>cf-cache-status: HIT</c>. A condition of the request that holds makes it a 304, a range a 206.</summary>
    SubrequestResponse? Match(CacheKey key, IReadOnlyList<string> requestHeaders);

    /// <summary>Reads the response to its end and keeps it, instead of any other that the same request would match. One that must not
    /// or cannot be kept (RFC 9111 section 3, the store's bounds) is read and dropped: false.</summary>
    /// <exception cref="IOException">The body failed; nothing was kept.</exception>
    ValueTask<bool> PutAsync(CacheKey key, IReadOnlyList<string> requestHeaders, CacheCandidate response, CancellationToken cancellation);

    /// <summary>Forgets what is kept under the key; false when that is nothing.</summary>
    bool Delete(CacheKey key);
}
