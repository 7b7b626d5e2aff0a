using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.RateLimiting;

namespace Skep.Storage.RateLimiting;

/// <summary>Counters in memory, for windows that begin with the clock's tens of seconds and minutes. They end with the process.</summary>
public sealed class RateLimiter(TimeProvider time) : IRateLimiter
{
    // Longer keys are counted under their digest.
    private const int LongestKey = 64;
    private const int MostIdleWindows = 1000;

    private readonly ConcurrentDictionary<(string Namespace, int Period), RateWindow> _windows = new();

    /// <summary>Windows that are kept.</summary>
    internal int Windows => _windows.Count;

    /// <inheritdoc/>
    public ValueTask<bool> LimitAsync(string namespaceId, string key, long limit, int period, long weight)
    {
        if (key.Length > LongestKey) key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        var number = time.GetUtcNow().ToUnixTimeSeconds() / period;
        if (!_windows.TryGetValue((namespaceId, period), out var window))
        {
            if (_windows.Count >= MostIdleWindows) Forget();
            window = _windows.GetOrAdd((namespaceId, period), static _ => new RateWindow());
        }

        return new(window.TryCount(number, key, limit, weight));
    }

    private void Forget()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (place, window) in _windows)
        {
            if (window.Number < now / place.Period) _windows.TryRemove(new(place, window));
        }
    }
}
