using System.Collections.Concurrent;
using System.Net;

namespace Skep.Control.Auth;

/// <summary>Slows down whoever guesses tokens: so many rejections of an address within a minute, then it waits for the next.</summary>
internal sealed class RejectionLimiter(int perMinute, TimeProvider time)
{
    private const int MostAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Rejections> _rejected = new();

    /// <summary>How long the address has to wait; null when it need not.</summary>
    public TimeSpan? MustWait(IPAddress address)
    {
        if (!_rejected.TryGetValue(address, out var rejections) || rejections.Count < perMinute) return null;
        var left = Window - time.GetElapsedTime(rejections.Since);
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>A token of the address was rejected.</summary>
    public void Reject(IPAddress address)
    {
        if (_rejected.Count >= MostAddresses) Forget();
        var now = time.GetTimestamp();
        _rejected.AddOrUpdate(
            address,
            static (_, now) => new Rejections(1, now.now),
            static (_, known, now) => now.time.GetElapsedTime(known.Since, now.now) >= Window ? new Rejections(1, now.now) : known with { Count = known.Count + 1 },
            (now, time));
    }

    private void Forget()
    {
        foreach (var (address, rejections) in _rejected)
        {
            if (time.GetElapsedTime(rejections.Since) >= Window) _rejected.TryRemove(address, out _);
        }
    }

    private readonly record struct Rejections(int Count, long Since);
}
