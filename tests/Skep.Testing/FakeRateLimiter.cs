using System.Collections.Concurrent;
using Skep.Abstractions.RateLimiting;

namespace Skep.Testing;

/// <summary>Counters of a period that never ends.</summary>
public sealed class FakeRateLimiter : IRateLimiter
{
    private readonly ConcurrentDictionary<(string, string, int), long> _counts = new();

    public ValueTask<bool> LimitAsync(string namespaceId, string key, long limit, int period, long weight)
    {
        var place = (namespaceId, key, period);
        var count = _counts.GetValueOrDefault(place);
        if (count >= limit) return new(false);
        _counts[place] = count + weight;
        return new(true);
    }
}
