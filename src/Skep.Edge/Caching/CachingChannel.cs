using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>Lets workers' requests go by way of the cache. Requests for one thing that is not there wait for one request to the origin.</summary>
/// <param name="next">Carries what the cache does not answer.</param>
/// <param name="store">The cache, which the Cache API shares.</param>
/// <param name="byExtension">Whether URLs of files are cached without being asked to, as Cloudflare does.</param>
/// <param name="time">The clock.</param>
public sealed class CachingChannel(ISubrequestChannel next, CacheStore store, bool byExtension, TimeProvider time) : ISubrequestChannel, IDisposable
{
    private readonly ConcurrentDictionary<CacheKey, CacheFlight> _flights = new();

    /// <inheritdoc/>
    public ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        var rules = FetchCacheRules.Of(request, byExtension);
        return rules.IsEligible ? AnswerAsync(request, rules, cancellation) : PassAsync(request, rules.IsBypassed ? CacheStatus.Bypass : CacheStatus.Dynamic, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) => next.ConnectAsync(host, port, secure, cancellation);

    /// <inheritdoc/>
    public void Dispose() => (next as IDisposable)?.Dispose();

    internal ISubrequestChannel Next => next;

    internal CacheStore Store => store;

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The request to the origin that is under way for the key, or a new one that the caller has to make.</summary>
    internal CacheFlight Board(CacheKey key, out bool leads)
    {
        var own = new CacheFlight();
        var flight = _flights.GetOrAdd(key, own);
        leads = ReferenceEquals(flight, own);
        return flight;
    }

    internal void Land(CacheKey key, CacheFlight flight) => _flights.TryRemove(KeyValuePair.Create(key, flight));

    private async ValueTask<SubrequestResponse> AnswerAsync(Subrequest request, FetchCacheRules rules, CancellationToken cancellation)
    {
        var key = new CacheKey(request.CacheNamespace ?? "", rules.Key ?? WithoutFragment(request.Url));
        var fetch = new CachedFetch(this, request, rules, key);
        while (true)
        {
            if (await fetch.TryAnswerAsync(cancellation).ConfigureAwait(false) is { } response) return response;
        }
    }

    // Most requests go this way.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SubrequestResponse> PassAsync(Subrequest request, string status, CancellationToken cancellation) =>
        new StatusResponse(await next.SendAsync(request, cancellation).ConfigureAwait(false), status);

    private static string WithoutFragment(string url) => url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment ? url[..fragment] : url;
}
